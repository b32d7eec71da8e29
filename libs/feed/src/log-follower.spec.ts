import { describe, expect, it } from '@jest/globals';
import { leafHash, toHex, toUtf8 } from '@lodemark/transparency';
import fc from 'fast-check';
import type { Backfill } from './backfill.js';
import type { EntrySink, EntrySource, OpenSource } from './entry-source.js';
import { CursorMoved, type FeedAlarm, type FeedEntry, type LogConsumer, type Settlement } from './feed.js';
import { LogFollower, type FollowerOptions } from './log-follower.js';

const ORIGIN = 'demo.lodemark.example/log/kokbulak';
const QUICK = { firstMs: 1, maxMs: 2 };

function entryOf(index: number, text = `entry ${index}`): FeedEntry {
  const bytes = toUtf8(text);
  return { origin: ORIGIN, index, leafHash: toHex(leafHash(bytes)), bytes };
}

/** Delivers what the test says, when the test says. */
class ScriptedSource implements EntrySource {
  sink: EntrySink | undefined;
  closed = false;
  /** What a second look finds. */
  again: FeedEntry[] = [];

  open(_origin: string, _from: number, sink: EntrySink): OpenSource {
    this.sink = sink;
    const close = () => {
      this.closed = true;
      return Promise.resolve();
    };
    return { wake: () => undefined, close };
  }

  reread(_origin: string, from: number, limit: number): Promise<readonly FeedEntry[]> {
    return Promise.resolve(this.again.filter(({ index }) => index >= from).slice(0, limit));
  }

  async deliver(...batch: FeedEntry[]): Promise<number> {
    if (this.sink === undefined) throw new Error('not open');
    return this.sink.deliver(batch);
  }
}

class RecordingConsumer implements LogConsumer {
  readonly taken: FeedEntry[] = [];
  readonly asked: number[] = [];
  failures = 0;
  settlement: Settlement = { kind: 'held-stands' };

  apply(batch: readonly FeedEntry[]): Promise<void> {
    if (batch[0]?.index !== this.taken.length) return Promise.reject(new CursorMoved(this.taken.length));
    if (this.failures > 0) {
      this.failures -= 1;
      return Promise.reject(new Error('the database is away'));
    }
    this.taken.push(...batch);
    return Promise.resolve();
  }

  heldLeaves(from: number, to: number): Promise<readonly string[]> {
    return Promise.resolve(this.taken.slice(from, to).map(({ leafHash: leaf }) => leaf));
  }

  settle({ index }: { index: number }): Promise<Settlement> {
    this.asked.push(index);
    if (this.settlement.kind === 'replaced') {
      const { from, next } = this.settlement;
      this.taken.splice(from, Infinity, ...Array.from({ length: next - from }, (_, i) => entryOf(from + i)));
    }
    return Promise.resolve(this.settlement);
  }

  get texts(): string[] {
    return this.taken.map(({ bytes }) => new TextDecoder().decode(bytes));
  }
}

function backfillOf(entries: readonly FeedEntry[]): Backfill {
  return {
    fetch: (_origin, from, limit) =>
      Promise.resolve(entries.filter(({ index }) => index >= from).slice(0, limit)),
    checkpoint: () => Promise.resolve(undefined),
  };
}

function follow(options: Partial<FollowerOptions> = {}) {
  const source = new ScriptedSource();
  const consumer = new RecordingConsumer();
  const alarms: FeedAlarm[] = [];
  const follower = new LogFollower({
    origin: ORIGIN,
    from: 0,
    consumer,
    source,
    backoff: QUICK,
    onAlarm: (alarm) => alarms.push(alarm),
    ...options,
  });
  return { source, consumer, follower, alarms };
}

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 1) {
    if (waited > 2_000) throw new Error('it never happened');
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

const texts = (count: number) => Array.from({ length: count }, (_, index) => `entry ${index}`);

describe('a log follower', () => {
  it('gives the consumer every entry once and in order, whatever the transport loses, repeats, reorders or damages', async () => {
    const size = 20;
    const log = Array.from({ length: size }, (_, index) => entryOf(index));
    const carried = fc.record({ index: fc.nat({ max: size - 1 }), damaged: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(carried, { maxLength: 8 }), { maxLength: 12 }), async (batches) => {
        const { source, consumer, follower } = follow({ backfill: backfillOf(log) });
        for (const batch of batches) {
          const entries = batch.map(({ index, damaged }) =>
            damaged ? { ...entryOf(index), bytes: toUtf8('noise') } : entryOf(index),
          );
          await source.deliver(...entries);
        }
        await source.deliver(entryOf(size - 1));
        await follower.stop();
        expect(consumer.texts).toEqual(texts(size));
        expect(consumer.asked).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('says which index it wants next', async () => {
    const { source } = follow();
    expect(await source.deliver(entryOf(0), entryOf(1))).toBe(2);
    expect(await source.deliver(entryOf(0))).toBe(2);
  });

  it('gives the consumer again what it did not take', async () => {
    const { source, consumer, follower } = follow();
    consumer.failures = 3;
    await source.deliver(entryOf(0), entryOf(1));
    expect(consumer.texts).toEqual(texts(2));
    expect(follower.state).toEqual({ kind: 'following' });
  });

  it('goes on where the consumer’s cursor stands when somebody else moved it', async () => {
    const { source, consumer } = follow();
    consumer.taken.push(entryOf(0), entryOf(1), entryOf(2));
    expect(await source.deliver(entryOf(0), entryOf(1))).toBe(3);
    await source.deliver(entryOf(2), entryOf(3));
    expect(consumer.texts).toEqual(texts(4));
  });

  it('compares what it has with what is held when the cursor turns out to stand further on', async () => {
    const { source, consumer } = follow();
    consumer.taken.push(entryOf(0), entryOf(1), entryOf(2));
    await source.deliver(entryOf(0), entryOf(1, 'something else'), entryOf(2), entryOf(3));
    expect(consumer.asked).toEqual([1]);
    expect(consumer.texts).toEqual(texts(4));
  });

  it('looks with the transport again before it asks the service that keeps the log', async () => {
    const { source, consumer, alarms } = follow({ backfill: backfillOf([]) });
    source.again = [entryOf(0), entryOf(1)];
    await source.deliver(entryOf(2));
    expect(consumer.texts).toEqual(texts(3));
    expect(alarms).toEqual([]);
  });

  it('never skips what nobody has: it stops, says so, and goes on when somebody has it', async () => {
    const kept: FeedEntry[] = [];
    const { source, consumer, follower, alarms } = follow({ backfill: backfillOf(kept) });
    const delivered = source.deliver(entryOf(0), entryOf(3));
    await until(() => follower.state.kind === 'gap');
    expect(follower.state).toMatchObject({ kind: 'gap', from: 1, to: 3 });
    expect(consumer.texts).toEqual(texts(1));
    expect(alarms).toMatchObject([{ kind: 'gap', index: 1 }]);
    kept.push(entryOf(1), entryOf(2));
    await delivered;
    expect(consumer.texts).toEqual(texts(4));
    expect(follower.state).toEqual({ kind: 'following' });
  });

  it('drops other bytes for an index that stands, with an alarm', async () => {
    const { source, consumer, alarms } = follow();
    await source.deliver(entryOf(0), entryOf(1), entryOf(2));
    await source.deliver(entryOf(1, 'something else'), entryOf(3));
    expect(consumer.texts).toEqual(texts(4));
    expect(alarms.map(({ kind, index }) => [kind, index])).toEqual([
      ['contradiction', 1],
      ['discarded', 1],
    ]);
  });

  it('notices a contradiction inside one batch', async () => {
    const { source, consumer, alarms } = follow();
    await source.deliver(entryOf(0), entryOf(1), entryOf(1, 'something else'), entryOf(2));
    expect(consumer.asked).toEqual([1]);
    expect(consumer.texts).toEqual(texts(3));
    expect(alarms.map(({ kind }) => kind)).toEqual(['contradiction', 'discarded']);
  });

  it('goes on after what the consumer put in the place of entries that did not fit', async () => {
    const { source, consumer, alarms } = follow();
    await source.deliver(entryOf(0), entryOf(1, 'wrong'), entryOf(2));
    consumer.settlement = { kind: 'replaced', from: 1, next: 3 };
    await source.deliver(entryOf(1), entryOf(2), entryOf(3));
    expect(consumer.texts).toEqual(texts(4));
    expect(alarms.map(({ kind, index }) => [kind, index])).toEqual([
      ['contradiction', 1],
      ['replaced', 1],
    ]);
  });

  it('stops for good at a fork and leaves the consumer alone', async () => {
    const { source, consumer, follower, alarms } = follow();
    await source.deliver(entryOf(0), entryOf(1));
    consumer.settlement = { kind: 'fork', detail: 'two checkpoints' };
    const delivered = source.deliver(entryOf(0, 'other'), entryOf(2));
    await until(() => follower.state.kind === 'forked');
    expect(consumer.texts).toEqual(texts(2));
    expect(alarms.map(({ kind }) => kind)).toEqual(['contradiction', 'fork']);
    await follower.stop();
    await delivered;
    expect(consumer.texts).toEqual(texts(2));
  });

  it('asks again while nothing has settled a contradiction', async () => {
    const { source, consumer, follower } = follow();
    await source.deliver(entryOf(0));
    consumer.settlement = { kind: 'undecided', detail: 'no checkpoint yet' };
    const delivered = source.deliver(entryOf(0, 'other'), entryOf(1));
    await until(() => follower.state.kind === 'contradicted' && consumer.asked.length > 2);
    expect(consumer.texts).toEqual(texts(1));
    consumer.settlement = { kind: 'held-stands' };
    await delivered;
    expect(consumer.texts).toEqual(texts(2));
  });

  it('does not call the consumer after it was stopped', async () => {
    const { source, consumer, follower } = follow();
    consumer.failures = Number.POSITIVE_INFINITY;
    const delivered = source.deliver(entryOf(0));
    await until(() => follower.state.kind === 'retrying');
    await follower.stop();
    await delivered;
    consumer.failures = 0;
    await source.deliver(entryOf(0));
    expect(consumer.taken).toEqual([]);
    expect(follower.state).toEqual({ kind: 'stopped' });
  });
});
