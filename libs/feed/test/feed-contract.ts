import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Backfill, Feed, FeedAlarm, FeedEntry, Subscription } from '@lodemark/feed';
import type { Checkpoint } from '@lodemark/transparency';
import { CountingConsumer, type ConsumerDatabase } from './counting-consumer.js';

/** One transport under test, with everything that can go wrong with it at hand. */
export interface FeedHarness {
  readonly database: ConsumerDatabase;
  /** A feed as a service would open it; `onAlarm` gets what it raises. */
  openFeed(onAlarm: (alarm: FeedAlarm) => void): Feed;
  /** What the feed and its consumers ask over HTTP: always the log as it was written, unless withheld. */
  readonly backfill: Backfill;
  /** The origin of a log that does not exist until something is appended to it. */
  newOrigin(): string;
  /** Writes entries to the log and sends them on their way; gives all of the log. */
  append(origin: string, count: number): Promise<readonly FeedEntry[]>;
  /** Signed by the log's key, at its present size. */
  checkpoint(origin: string): Promise<Checkpoint>;
  /** Loses an entry on the way. */
  lose(origin: string, index: number): Promise<void>;
  /** Puts other, intact bytes in the place of an entry on the way. */
  alter(origin: string, index: number): Promise<void>;
  /** Puts the right bytes back. */
  restore(origin: string, index: number): Promise<void>;
  /** Spoils an entry's bytes on the way: they no longer have the leaf hash that they travel with. */
  damage(origin: string, index: number): Promise<void>;
  /** Sends an entry once more, if this transport can; a consumer restarted from an old position gets it again anyway. */
  repeat(origin: string, index: number): Promise<void>;
  /** From now on the service that keeps the log gives nothing of it, or gives it again. */
  withhold(origin: string, withheld: boolean): void;
  /** Cuts every connection of the feed. */
  interrupt(): Promise<void>;
  close(): Promise<void>;
}

const PATIENCE_MS = 20_000;

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; !(await condition());) {
    if (Date.now() > deadline) throw new Error('it did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** What every implementation of the feed must do; see `Feed` for the words. */
export function feedContract(name: string, makeHarness: () => Promise<FeedHarness>): void {
  jest.setTimeout(60_000);

  describe(`the feed contract: ${name}`, () => {
    let harness: FeedHarness;
    let feed: Feed;
    let origin: string;
    let consumer: CountingConsumer;
    const alarms: FeedAlarm[] = [];

    beforeAll(async () => {
      harness = await makeHarness();
    });

    afterAll(() => harness.close());

    beforeEach(async () => {
      alarms.length = 0;
      feed = harness.openFeed((alarm) => alarms.push(alarm));
      origin = harness.newOrigin();
      consumer = await consumerOf(origin);
    });

    afterEach(() => feed.close());

    function consumerOf(log: string): Promise<CountingConsumer> {
      return CountingConsumer.open(harness.database, log, harness.backfill);
    }

    async function taken(entries: readonly FeedEntry[], by = consumer): Promise<void> {
      const expected = entries.map(({ leafHash }) => leafHash);
      await until(async () => JSON.stringify(await by.leaves()) === JSON.stringify(expected)).catch(
        () => undefined,
      );
      expect(await by.leaves()).toEqual(expected);
    }

    function kinds(): string[] {
      return alarms.map(({ kind }) => kind);
    }

    function stateOf(subscription: Subscription): string {
      return subscription.state.kind;
    }

    it('delivers what is there and what comes, each entry once and in order', async () => {
      await harness.append(origin, 7);
      feed.follow(origin, { index: 0 }, consumer);
      await until(async () => (await consumer.leaves()).length === 7);
      await taken(await harness.append(origin, 5));
      expect(consumer.maxInHand).toBe(1);
      expect(alarms).toEqual([]);
    });

    it('delivers from a position', async () => {
      const entries = await harness.append(origin, 6);
      await consumer.pretend(entries.slice(0, 4));
      feed.follow(origin, { index: 4 }, consumer);
      await taken(entries);
      expect(consumer.calls).toEqual([[4, 5]]);
    });

    it('follows a log that comes to be while it runs', async () => {
      feed.follow(origin, { index: 0 }, consumer);
      await new Promise((resolve) => setTimeout(resolve, 200));
      await taken(await harness.append(origin, 3));
    });

    it('goes on where it was after a restart', async () => {
      await harness.append(origin, 3);
      const first = feed.follow(origin, { index: 0 }, consumer);
      await until(async () => (await consumer.leaves()).length === 3);
      await first.stop();
      const entries = await harness.append(origin, 3);
      expect((await consumer.leaves()).length).toBe(3);
      feed.follow(origin, { index: 3 }, consumer);
      await taken(entries);
    });

    it('drops what it has had, sent again or asked for from an old position', async () => {
      const entries = await harness.append(origin, 5);
      const first = feed.follow(origin, { index: 0 }, consumer);
      await taken(entries);
      await harness.repeat(origin, 1);
      await first.stop();
      const again = await consumerOf(origin);
      feed.follow(origin, { index: 0 }, again);
      await taken(await harness.append(origin, 2), again);
      expect(again.calls.at(-1)?.[0]).toBeGreaterThanOrEqual(5);
      expect(alarms).toEqual([]);
    });

    it('gives again what a consumer did not commit, when its connection dies between effect and commit', async () => {
      const entries = await harness.append(origin, 5);
      consumer.dieBeforeCommit = 2;
      feed.follow(origin, { index: 0 }, consumer);
      await taken(entries);
      expect(consumer.deaths).toBe(2);
    });

    it('goes on elsewhere when another process of the same consumer moved the cursor', async () => {
      await harness.append(origin, 6);
      const rival = await consumerOf(origin);
      const other = harness.openFeed(() => undefined);
      try {
        feed.follow(origin, { index: 0 }, consumer);
        other.follow(origin, { index: 0 }, rival);
        await taken(await harness.append(origin, 20));
      } finally {
        await other.close();
      }
    });

    it('fetches what was lost on the way from the service that keeps the log', async () => {
      const entries = await harness.append(origin, 6);
      await harness.lose(origin, 2);
      await harness.lose(origin, 3);
      feed.follow(origin, { index: 0 }, consumer);
      await taken(entries);
    });

    it('stops at a gap that nobody can fill, and goes on when somebody can', async () => {
      const entries = await harness.append(origin, 5);
      await harness.lose(origin, 2);
      harness.withhold(origin, true);
      const subscription = feed.follow(origin, { index: 0 }, consumer);
      await until(() => stateOf(subscription) === 'gap');
      expect((await consumer.leaves()).length).toBe(2);
      expect(kinds()).toEqual(['gap']);
      harness.withhold(origin, false);
      await taken(entries);
    });

    it('takes damaged bytes for nothing, and the right ones from the service that keeps the log', async () => {
      const entries = await harness.append(origin, 4);
      await harness.damage(origin, 3);
      feed.follow(origin, { index: 0 }, consumer);
      await taken(entries);
      expect(kinds()).toContain('damaged-bytes');
    });

    it('discards other bytes for an index when what it holds fits the signed checkpoint', async () => {
      const entries = await harness.append(origin, 4);
      const first = feed.follow(origin, { index: 0 }, consumer);
      await taken(entries);
      await first.stop();
      consumer.checkpoints.push(await harness.checkpoint(origin));
      await harness.alter(origin, 1);
      feed.follow(origin, { index: 0 }, consumer);
      await until(() => kinds().includes('discarded'));
      expect(alarms).toMatchObject([
        { kind: 'contradiction', index: 1 },
        { kind: 'discarded', index: 1 },
      ]);
      await taken(await harness.append(origin, 2));
    });

    it('replaces what it holds, back to the last verified size, when only other bytes fit the signed checkpoint', async () => {
      const right = await harness.append(origin, 5);
      await harness.alter(origin, 3);
      const first = feed.follow(origin, { index: 0 }, consumer);
      await until(async () => (await consumer.leaves()).length === 5);
      await first.stop();
      expect(await consumer.leaves()).not.toEqual(right.map(({ leafHash }) => leafHash));
      consumer.checkpoints.push(await harness.checkpoint(origin));
      await harness.restore(origin, 3);
      feed.follow(origin, { index: 0 }, consumer);
      await taken(right);
      expect(kinds()).toEqual(['contradiction', 'replaced']);
    });

    it('waits while nothing signed says which of two is right', async () => {
      const entries = await harness.append(origin, 3);
      const first = feed.follow(origin, { index: 0 }, consumer);
      await taken(entries);
      await first.stop();
      await harness.alter(origin, 1);
      const subscription = feed.follow(origin, { index: 0 }, consumer);
      await until(() => stateOf(subscription) === 'contradicted');
      await harness.append(origin, 1);
      expect((await consumer.leaves()).length).toBe(3);
      consumer.checkpoints.push(await harness.checkpoint(origin));
      await until(async () => (await consumer.leaves()).length === 4);
    });

    it('stops a log for good when its key signed two histories, and only that log', async () => {
      const entries = await harness.append(origin, 4);
      const first = feed.follow(origin, { index: 0 }, consumer);
      await taken(entries);
      await first.stop();
      const honest = await harness.checkpoint(origin);
      consumer.verified = 4;
      consumer.checkpoints.push(honest, { ...honest, root: 'f'.repeat(64) });
      await harness.alter(origin, 2);
      const subscription = feed.follow(origin, { index: 0 }, consumer);
      await until(() => stateOf(subscription) === 'forked');
      expect(kinds()).toEqual(['contradiction', 'fork']);
      await harness.append(origin, 1);
      const elsewhere = harness.newOrigin();
      const otherConsumer = await consumerOf(elsewhere);
      feed.follow(elsewhere, { index: 0 }, otherConsumer);
      await taken(await harness.append(elsewhere, 3), otherConsumer);
      expect((await consumer.leaves()).length).toBe(4);
    });

    it('comes back by itself after its connections were cut', async () => {
      feed.follow(origin, { index: 0 }, consumer);
      await harness.append(origin, 2);
      await until(async () => (await consumer.leaves()).length === 2);
      await harness.interrupt();
      await taken(await harness.append(origin, 2));
    });

    it('calls nobody after it was stopped', async () => {
      await harness.append(origin, 2);
      const subscription = feed.follow(origin, { index: 0 }, consumer);
      await until(async () => (await consumer.leaves()).length === 2);
      await subscription.stop();
      const calls = consumer.calls.length;
      await harness.append(origin, 3);
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(consumer.calls.length).toBe(calls);
      expect(subscription.state).toEqual({ kind: 'stopped' });
    });
  });
}
