import { createRequire } from 'node:module';

/** The part of kafkajs's RequestQueue that is put right here. */
interface RequestQueue {
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  readonly throttledUntil: number;
  readonly pending: readonly unknown[];
  scheduleCheckPendingRequests(): void;
  checkPendingRequests(): void;
}

const CHECK_MS = 10;
let done = false;

/**
 * Keeps kafkajs 2.2.4 from looking at every connection's empty queue a thousand times a second: it sets a timer with
 * a negative time even when nothing waits (https://github.com/tulios/kafkajs/issues/1604; the fix was never released).
 * The timer has a purpose only while requests wait, and then it is set as before.
 */
export function letIdleQueuesSleep(): void {
  if (done) return;
  done = true;
  const load = createRequire(import.meta.url);
  const queue = load('kafkajs/src/network/requestQueue') as { prototype: RequestQueue };
  queue.prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
    if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return;
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null;
        this.checkPendingRequests();
      },
      Math.max(this.throttledUntil - Date.now(), CHECK_MS),
    );
  };
}
