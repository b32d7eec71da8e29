import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { APPEND_CHANNEL } from '@lodemark/ledger';
import { formatCheckpoint, formatNote, toHex } from '@lodemark/transparency';
import pg from 'pg';
import { LedgerFixture } from './ledger-fixture.js';
import { Facility } from './signed-events.js';

let fixture: LedgerFixture;
const plant = new Facility('plant');
const LOTS = 25;

beforeAll(async () => {
  fixture = await LedgerFixture.open('reading');
  await fixture.ledger.open(plant.origin);
  const created = Array.from({ length: LOTS }, (_, i) => plant.created(String(i).padStart(2, '0'), '10'));
  const used = [0, 1, 2].map((i) => plant.consumed(`0${i}`, '10', `used-${i}`));
  await fixture.ledger.postAll(plant.origin, [...created, ...used]);
});

afterAll(async () => {
  await fixture.expectClean(plant);
  await fixture.close();
});

describe('listing lots', () => {
  it('gives every lot once, page by page, in the order of their ids', async () => {
    const seen: string[] = [];
    for (let after: string | undefined = ''; after !== undefined;) {
      const page = await fixture.reader.listLots(plant.origin, { after, limit: 7 });
      seen.push(...page.lots.map(({ state }) => state.lot));
      after = page.next;
    }
    expect(seen).toHaveLength(LOTS + 3);
    expect(seen).toEqual([...seen].sort());
  });

  it('can be narrowed to those that stand somewhere', async () => {
    const page = await fixture.reader.listLots(plant.origin, { limit: 100, standing: 'released' });
    expect(page.lots.map(({ state, entries }) => [state.lot, entries])).toEqual(
      ['00', '01', '02'].map((number) => [plant.lot(number), 2]),
    );
    expect(page.next).toBeUndefined();
  });

  it('leaves out lots that others only mentioned', async () => {
    const other = new Facility('mentioning');
    await fixture.ledger.open(other.origin);
    const about = { type: 'Disputed', about: 'mass', statement: 'too light', lots: ['elsewhere/1'] };
    const target = { facility: 'elsewhere', eventId: '00000000-0000-4000-8000-000000000000' };
    await fixture.ledger.post(other.origin, other.post({ ...about, target }));
    expect(await fixture.reader.listLots(other.origin, { limit: 10 })).toEqual({ lots: [] });
    expect(await fixture.reader.lotState(other.origin, 'elsewhere/1')).toMatchObject({ entries: 1 });
    await fixture.expectClean(other);
  });
});

describe('reading entries', () => {
  it('goes on from any index', async () => {
    const entries = await fixture.reader.entries(plant.origin, 20, 5);
    expect(entries.map(({ index }) => index)).toEqual([20, 21, 22, 23, 24]);
    expect(await fixture.reader.entries(plant.origin, LOTS + 3, 5)).toEqual([]);
    expect(await fixture.reader.entry(plant.origin, LOTS + 3)).toBeUndefined();
  });

  it('holds an answer to a few megabytes, and never to nothing', async () => {
    const heavy = new Facility('heavy');
    await fixture.ledger.open(heavy.origin);
    const packages = Array.from({ length: 500 }, (_, i) => ({ id: `drum-${String(i).padStart(57, '0')}` }));
    const posts = Array.from({ length: 100 }, (_, i) => heavy.created(String(i), '10', { packages }));
    await fixture.ledger.postAll(heavy.origin, posts);
    const page = await fixture.reader.entries(heavy.origin, 0, 1_000);
    expect(page.length).toBeGreaterThan(10);
    expect(page.length).toBeLessThan(100);
    expect((await fixture.reader.entries(heavy.origin, page.length, 1_000))[0]?.index).toBe(page.length);
    await fixture.expectClean(heavy);
  }, 30_000);

  it('finds an event with the receipt that its poster got', async () => {
    const event = plant.created('late', '10');
    const outcome = await fixture.ledger.post(plant.origin, event);
    const found = await fixture.reader.entryByEventId(plant.origin, event.event.eventId);
    expect(outcome).toEqual({ kind: 'recorded', receipt: found?.receipt });
    expect(found?.event).toEqual(event.event);
  });

  it('finds nothing under names that nothing can have', async () => {
    expect(await fixture.reader.entryByEventId(plant.origin, "no uuid'")).toBeUndefined();
    expect(await fixture.reader.lotState(plant.origin, 'a\0b')).toBeUndefined();
    expect(await fixture.reader.entriesOfLot(plant.origin, 'a\0b')).toEqual([]);
    expect(await fixture.reader.listLots(plant.origin, { after: '\0', limit: 1 })).toEqual({ lots: [] });
  });
});

describe('being woken', () => {
  it('tells listeners which log grew, once it is committed', async () => {
    const client = new pg.Client({ connectionString: fixture.database.serviceUrl });
    await client.connect();
    try {
      await client.query(`LISTEN ${APPEND_CHANNEL}`);
      const notified = once(client, 'notification') as Promise<[pg.Notification]>;
      const outcome = await fixture.ledger.post(plant.origin, plant.created('waking', '10'));
      const [{ payload }] = await notified;
      expect(payload).toBe(plant.origin);
      const { size } = await fixture.reader.head(plant.origin);
      expect(outcome).toMatchObject({ receipt: { index: size - 1 } });
    } finally {
      await client.end();
    }
  });
});

describe('published checkpoints', () => {
  // The ledger compares a checkpoint with the log; whether the signature holds is the signer's and readers' matter.
  const noteOf = (origin: string, size: number, root: string) =>
    formatNote({
      text: formatCheckpoint({ origin, size, root }),
      signatures: [{ name: origin, keyId: '01020304', signature: new Uint8Array(64) }],
    });

  it('are kept by size, and the largest is the current one', async () => {
    for (const size of [3, 20, 10]) {
      const root = await fixture.reader.rootAt(plant.origin, size);
      const note = noteOf(plant.origin, size, root);
      expect(await fixture.keeping.saveCheckpoint(plant.origin, note)).toEqual({
        origin: plant.origin,
        size,
        root,
        note,
      });
    }
    expect(await fixture.reader.publishedCheckpoint(plant.origin)).toMatchObject({ size: 20 });
    expect(await fixture.reader.publishedCheckpoint(plant.origin, 10)).toMatchObject({ size: 10 });
    expect(await fixture.reader.publishedCheckpoint(plant.origin, 11)).toBeUndefined();
  });

  it('must be of this log, of a size that it has, with the root that it had', async () => {
    const root = await fixture.reader.rootAt(plant.origin, 3);
    const contradicts = { code: 'checkpoint-contradicts-log' };
    for (const note of [
      noteOf('another/log', 3, root),
      noteOf(plant.origin, 4, root),
      noteOf(plant.origin, 3, toHex(new Uint8Array(32))),
      noteOf(plant.origin, 1_000, root),
      'no note',
    ]) {
      await expect(fixture.keeping.saveCheckpoint(plant.origin, note)).rejects.toMatchObject(contradicts);
    }
  });
});

describe('a relay cursor', () => {
  it('moves only from where it stands, forward or back', async () => {
    const { keeping } = fixture;
    expect(await keeping.relayCursor(plant.origin, 'kafka')).toBe(0);
    expect(await keeping.moveRelayCursor(plant.origin, 'kafka', { from: 0, to: 10 })).toBe(true);
    expect(await keeping.moveRelayCursor(plant.origin, 'kafka', { from: 0, to: 5 })).toBe(false);
    expect(await keeping.moveRelayCursor(plant.origin, 'kafka', { from: 10, to: 4 })).toBe(true);
    expect(await keeping.relayCursor(plant.origin, 'kafka')).toBe(4);
    expect(await keeping.relayCursor(plant.origin, 'other')).toBe(0);
    await expect(
      keeping.moveRelayCursor(plant.origin, 'kafka', { from: 4, to: 1_000 }),
    ).rejects.toMatchObject({ code: 'out-of-range' });
  });

  it('is moved by one of many who try at once', async () => {
    const moved = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        fixture.keeping.moveRelayCursor(plant.origin, 'racing', { from: 0, to: i + 1 }),
      ),
    );
    expect(moved.filter(Boolean)).toHaveLength(1);
  });
});
