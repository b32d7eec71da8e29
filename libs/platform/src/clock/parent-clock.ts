import { DrivenClock, type Clock } from './clock.js';

/** Set by a parent that starts services on a clock which it drives, such as the demonstration of a cluster. */
const VARIABLE = 'LODEMARK_PARENT_CLOCK';

/** What the parent sends, and what it is answered with once the clock stands there. */
export interface ClockMessage {
  /** Milliseconds since 1970. */
  readonly clock: number;
}

/**
 * For a process that was forked with an IPC channel: it ends with its parent, and runs on the clock that the parent
 * drives if its environment names a time to begin at. Any other process has the system's clock, whatever is set.
 */
export function parentClock(): { readonly clock?: Clock } {
  if (process.send === undefined) return {};
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  unref();
  const start = process.env[VARIABLE];
  if (start === undefined) return {};
  const clock = new DrivenClock(new Date(start));
  process.on('message', (message) => {
    if (!isClockMessage(message)) return;
    clock.set(new Date(message.clock));
    process.send?.({ clock: message.clock } satisfies ClockMessage);
  });
  unref();
  return { clock };
}

/** Listening to the parent keeps no process alive that has nothing else to do. */
function unref(): void {
  process.channel?.unref();
}

export function isClockMessage(message: unknown): message is ClockMessage {
  return (
    typeof message === 'object' && message !== null && 'clock' in message && typeof message.clock === 'number'
  );
}
