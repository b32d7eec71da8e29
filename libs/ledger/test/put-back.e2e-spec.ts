import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { LostEntries } from '@lodemark/ledger';
import { consistencyProof, leafHash, rootOf, toHex, type NodeReader } from '@lodemark/transparency';
import { LedgerFixture } from './ledger-fixture.js';
import { Facility } from './signed-events.js';

/** A log of everything that can stand in one, its entries, and a database that lost some of them. */
describe('entries that a restored database lost', () => {
  const mine = new Facility('mine');
  const { origin } = mine;
  let whole: LedgerFixture;
  let entries: readonly Uint8Array[];
  let restored: LedgerFixture;

  beforeAll(async () => {
    whole = await LedgerFixture.open('whole');
    const { ledger, clock } = whole;
    await ledger.open(origin);
    const [first, second] = [mine.created('1', '100'), mine.created('2', '50')];
    await ledger.postAll(origin, [first, second, mine.consumed('1', '20', 'a')]);
    await ledger.appendHeads(origin);
    clock.set('2026-11-24T09:00:01.000Z');
    await ledger.noteVerifiedRoot(origin, { size: 7, hash: 'cd'.repeat(32) });
    await ledger.post(origin, mine.corrected(second, mine.createdBody('2', '45')));
    await ledger.post(
      origin,
      mine.created('1', '100', { eventId: first.event.eventId, occurredAt: '2026-11-19T08:00:00Z' }),
    );
    await ledger.appendHeads(origin);
    clock.set('2026-11-24T09:00:02.000Z');
    await ledger.postAll(origin, [mine.consumed('2', '45', 'b'), mine.consumed('a', '20', 'c')]);
    await ledger.appendHeads(origin);
    await ledger.postAll(origin, [mine.created('3', '1'), mine.created('4', '1')]);
    entries = (await whole.reader.entries(origin, 0, 100)).map(({ data }) => data);
  });
  beforeEach(async () => {
    restored = await LedgerFixture.open('restored');
    restored.clock.set('2027-01-01T00:00:00.000Z');
    await restored.ledger.open(origin);
  });
  afterEach(() => restored.close());
  afterAll(() => whole.close());

  /** Of the last heads: two events were recorded since. */
  const signedSize = () => entries.length - 2;

  async function lost(from: number, to: number, given = entries.slice(from, to)): Promise<LostEntries> {
    const signed = { size: signedSize(), root: rootAt(signedSize()) };
    const proof = to < signed.size ? await consistencyProof(to, signed.size, nodes(entries)) : [];
    return { from, entries: given, signed, proof };
  }
  const rootAt = (size: number) => toHex(rootOf(entries.slice(0, size).map(leafHash)));

  async function tables(fixture: LedgerFixture): Promise<unknown> {
    const read = async (sql: string) => (await fixture.pool.query<Record<string, unknown>>(sql)).rows;
    return {
      entries: await read('SELECT * FROM ledger.entry ORDER BY idx'),
      lots: await read('SELECT * FROM ledger.entry_lot ORDER BY lot, lot_seq'),
      states: await read('SELECT * FROM ledger.lot_state ORDER BY lot'),
      log: await read('SELECT * FROM ledger.log'),
    };
  }

  it('are put back with all that is derived from them, in one piece or in many', async () => {
    await restored.ledger.putBack(origin, await lost(0, entries.length));
    expect(await tables(restored)).toEqual(await tables(whole));
    await restored.expectClean(mine);
    for (const step of [1, 2, 3, 5]) {
      const other = await LedgerFixture.open(`by ${step}`);
      await other.ledger.open(origin);
      for (let from = 0; from < signedSize();) {
        const to = from + step >= signedSize() ? entries.length : from + step;
        await other.ledger.putBack(origin, await lost(from, to));
        from = to;
      }
      expect(await tables(other)).toEqual(await tables(whole));
      await other.close();
    }
  });

  it('let the log go on where it was', async () => {
    await restored.ledger.putBack(origin, await lost(0, entries.length));
    const outcome = await restored.ledger.post(origin, mine.consumed('c', '20', 'd'));
    expect(outcome).toMatchObject({ kind: 'recorded', receipt: { index: entries.length } });
    await restored.ledger.appendHeads(origin);
    await restored.expectClean(mine);
  });

  it.each<[string, (given: Uint8Array[]) => Uint8Array[]]>([
    ['one is left out', (given) => given.filter((_, at) => at !== 2)],
    ['two are exchanged', ([a, b, ...rest]) => [b!, a!, ...rest]],
    ['one stands twice', (given) => [given[0]!, ...given]],
    ['the last is not what it was', (given) => [...given.slice(0, -1), given[0]!]],
    ['one is no entry', (given) => [...given, new Uint8Array([123, 125])]],
    ['there is nothing', () => []],
  ])('stay away when %s, and nothing is changed', async (_, change) => {
    const before = await tables(restored);
    const given = change([...entries]);
    await expect(restored.ledger.putBack(origin, await lost(0, entries.length, given))).rejects.toMatchObject(
      {
        code: 'entry-misplaced',
      },
    );
    const part = change(entries.slice(0, 6));
    await expect(restored.ledger.putBack(origin, await lost(0, 6, part))).rejects.toMatchObject({
      code: 'entry-misplaced',
    });
    expect(await tables(restored)).toEqual(before);
  });

  it('stay away when they do not begin where the log ends', async () => {
    await restored.ledger.putBack(origin, await lost(0, 4));
    for (const from of [0, 3, 5]) {
      await expect(restored.ledger.putBack(origin, await lost(from, entries.length))).rejects.toMatchObject({
        code: 'out-of-range',
      });
    }
  });
});

/** Hashes of the nodes of the tree over entries. */
function nodes(entries: readonly Uint8Array[]): NodeReader {
  const leaves = entries.map(leafHash);
  return {
    readNodes: (coordinates) =>
      Promise.resolve(
        coordinates.map(({ level, index }) =>
          rootOf(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level)),
        ),
      ),
  };
}
