import { createRequire } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { endFetchersOfStoppedRunners } from './stopped-runners.js';

interface Runner {
  start(): Promise<void>;
  stop(): Promise<void>;
}
type RunnerClass = new (options: object) => Runner;

const FETCH_MS = 50;
/** Far more than fetches of this length can be in this test. */
const MOST_LOOKS = 10_000;

/** kafkajs's own runner and fetchers, over brokers whose answers take a while. */
function runnerOver(brokers: () => readonly number[], onCrash: (error: Error) => void): Runner {
  const Runner = createRequire(import.meta.url)('kafkajs/src/consumer/runner') as RunnerClass;
  const quiet = () => undefined;
  const soon = () => Promise.resolve();
  const logger = { namespace: () => logger, debug: quiet, info: quiet, warn: quiet, error: quiet };
  let looks = 0;
  const consumerGroup = {
    connect: soon,
    joinAndSync: soon,
    heartbeat: soon,
    leave: soon,
    // Fetchers that go round without end would never let this test fail by its time limit.
    getNodeIds: () => {
      if ((looks += 1) > MOST_LOOKS) throw new TypeError('the fetchers go round without end');
      return brokers();
    },
    fetch: async (nodeId: number) => {
      await pause(nodeId === 1 ? FETCH_MS : 2 * FETCH_MS);
      return [];
    },
  };
  return new Runner({
    ...{ logger, consumerGroup, onCrash },
    ...{ instrumentationEmitter: { emit: quiet }, eachBatch: soon, concurrency: 1 },
    retry: { retries: 2, initialRetryTime: 10 },
  });
}

describe('a consumer of kafkajs that is stopped', () => {
  it('comes to its end when a broker has gone away just before', async () => {
    endFetchersOfStoppedRunners();
    let brokers = [1, 2];
    const crashes: string[] = [];
    const runner = runnerOver(
      () => brokers,
      ({ message }) => crashes.push(message),
    );
    await runner.start();
    brokers = [1];
    // The first fetcher has seen it by now, and its end is waited for by the second one's, which still fetches.
    await pause(1.5 * FETCH_MS);
    await runner.stop();
    expect(crashes).toEqual([]);
  });
});
