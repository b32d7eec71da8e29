import { createRequire } from 'node:module';

/** The part of kafkajs's Runner that is put right here. */
interface Runner {
  readonly running: boolean;
  fetch: (this: Runner, nodeId: number) => Promise<readonly unknown[]>;
}

/** Somebody still fetches for a consumer that was stopped. */
export class RunnerStopped extends Error {
  override readonly name = 'RunnerStopped';

  constructor() {
    super('the consumer was stopped');
  }
}

let done = false;

/**
 * Ends the fetchers of kafkajs 2.2.4 that begin after their consumer was stopped, which happens when brokers go away
 * meanwhile. To them it answers at once that there is nothing, and they ask again at once, so that nothing else in the
 * process ever gets its turn: it hangs, and does not even hear SIGTERM.
 */
export function endFetchersOfStoppedRunners(): void {
  if (done) return;
  done = true;
  const load = createRequire(import.meta.url);
  const { prototype } = load('kafkajs/src/consumer/runner') as { prototype: Runner };
  const { fetch: fetchWhileRunning } = prototype;
  prototype.fetch = function (this: Runner, nodeId): Promise<readonly unknown[]> {
    return this.running ? fetchWhileRunning.call(this, nodeId) : Promise.reject(new RunnerStopped());
  };
}
