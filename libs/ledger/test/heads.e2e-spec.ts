import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { audit, type Ledger } from '@lodemark/ledger';
import { decodeFacilityLogEntry, encodeEntry, HeadsMap, leafHash, verifyHead } from '@lodemark/transparency';
import type { Pool } from 'pg';
import { LedgerFixture } from './ledger-fixture.js';
import { Facility } from './signed-events.js';

let fixture: LedgerFixture;

beforeAll(async () => {
  fixture = await LedgerFixture.open('heads');
});

afterAll(() => fixture.close());

async function opened(id: string): Promise<Facility> {
  const facility = new Facility(id);
  await fixture.ledger.open(facility.origin);
  return facility;
}

async function entries(facility: Facility) {
  const stored = await fixture.reader.entries(facility.origin, 0, 1_000);
  return stored.map(({ data }) => {
    const entry = decodeFacilityLogEntry(data);
    if (!entry.ok) throw new Error('An entry does not read.');
    return entry.value;
  });
}

/** Each name's last sequence number in the entries before the heads at `index`. */
async function mapBefore(facility: Facility, index: number): Promise<HeadsMap> {
  const map = new HeadsMap();
  for (const entry of (await entries(facility)).slice(0, index)) {
    if (entry.kind !== 'heads') for (const [lot, last] of Object.entries(entry.lots)) map.set(lot, last);
  }
  return map;
}

describe('heads of a facility log', () => {
  it('end the log that a checkpoint is made of, and say how far each lot has got', async () => {
    const mine = await opened('first-mine');
    await fixture.ledger.postAll(mine.origin, [mine.created('1', '10'), mine.created('2', '20')]);
    await fixture.ledger.post(mine.origin, mine.consumed('1', '5', 'a'));
    const head = await fixture.ledger.appendHeads(mine.origin);
    expect(head).toEqual(await fixture.reader.head(mine.origin));
    const last = (await entries(mine)).at(-1)!;
    const map = await mapBefore(mine, head.size - 1);
    expect(last).toMatchObject({ kind: 'heads', map: map.root() });
    expect(verifyHead(map.root(), mine.lot('1'), map.prove(mine.lot('1')))).toEqual({ ok: true, value: 1 });
    expect(verifyHead(map.root(), mine.lot('2'), map.prove(mine.lot('2')))).toEqual({ ok: true, value: 0 });
    expect(verifyHead(map.root(), mine.lot('3'), map.prove(mine.lot('3')))).toEqual({ ok: true });
    await fixture.expectClean(mine);
  });

  it('are appended once, until something else is', async () => {
    const mine = await opened('quiet-mine');
    expect((await fixture.ledger.appendHeads(mine.origin)).size).toBe(0);
    await fixture.ledger.post(mine.origin, mine.created('1', '10'));
    const heads = await Promise.all([1, 2, 3].map(() => fixture.ledger.appendHeads(mine.origin)));
    expect(heads.map(({ size }) => size)).toEqual([2, 2, 2]);
    await fixture.ledger.post(mine.origin, mine.consumed('1', '5', 'a'));
    expect((await fixture.ledger.appendHeads(mine.origin)).size).toBe(4);
    expect((await entries(mine)).map(({ kind }) => kind)).toEqual(['event', 'heads', 'event', 'heads']);
    await fixture.expectClean(mine);
  });

  it('count contradictions, which name lots, too', async () => {
    const mine = await opened('double-mine');
    const event = mine.created('1', '10');
    await fixture.ledger.post(mine.origin, event);
    const again = mine.created('1', '11', { eventId: event.event.eventId });
    expect(await fixture.ledger.post(mine.origin, again)).toMatchObject({ kind: 'conflict' });
    await fixture.ledger.appendHeads(mine.origin);
    const map = await mapBefore(mine, 2);
    expect(verifyHead(map.root(), mine.lot('1'), map.prove(mine.lot('1')))).toEqual({ ok: true, value: 1 });
    await fixture.expectClean(mine);
  });

  it('are right whichever of several processes appends them, also one that has just been started', async () => {
    const mine = await opened('shared-mine');
    const ledgers: Ledger[] = [fixture.ledger, fixture.ledgerOn(fixture.pool)];
    for (let round = 0; round < 6; round++) {
      if (round === 3) ledgers.push(fixture.ledgerOn(fixture.pool));
      await Promise.all(
        ledgers.flatMap((ledger, process) => [
          ledger.postAll(
            mine.origin,
            [1, 2, 3].map((n) => mine.created(`${String(process)}-${String(round)}-${String(n)}`, '10')),
          ),
          ledger.appendHeads(mine.origin),
        ]),
      );
      await ledgers[round % ledgers.length]!.appendHeads(mine.origin);
    }
    await fixture.expectClean(mine);
    expect((await entries(mine)).filter(({ kind }) => kind === 'event')).toHaveLength(45);
  });

  it('are found out by an audit when they lie', async () => {
    const mine = await opened('lying-mine');
    await fixture.ledger.post(mine.origin, mine.created('1', '10'));
    await fixture.ledger.appendHeads(mine.origin);
    const [, heads] = await entries(mine);
    if (heads?.kind !== 'heads') throw new Error('No heads stand there.');
    const data = encodeEntry({ ...heads, map: '0'.repeat(64) });
    await forge(fixture.poolOf(fixture.database.adminUrl), mine.origin, data);
    const found = await audit(fixture.pool, mine.origin);
    expect(found).toContainEqual(expect.objectContaining({ code: 'heads-differ', index: 1 }));
  });
});

/** Writes an entry over the second of a log, as an administrator could. */
async function forge(admin: Pool, origin: string, data: Uint8Array): Promise<void> {
  await admin.query('ALTER TABLE ledger.entry DISABLE TRIGGER write_once');
  await admin.query(
    `UPDATE ledger.entry SET data = $2, leaf_hash = $3
     WHERE idx = 1 AND log_id = (SELECT id FROM ledger.log WHERE origin = $1)`,
    [origin, Buffer.from(data), Buffer.from(leafHash(data))],
  );
  await admin.query('ALTER TABLE ledger.entry ENABLE ALWAYS TRIGGER write_once');
}
