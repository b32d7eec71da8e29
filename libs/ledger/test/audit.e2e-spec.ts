import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { audit, RootLog, type AuditCode } from '@lodemark/ledger';
import {
  canonicalize,
  decodeFacilityLogEntry,
  encodeEntry,
  leafHash,
  type EventEntry,
} from '@lodemark/transparency';
import type { Pool } from 'pg';
import { LedgerFixture } from './ledger-fixture.js';
import { Facility, NETWORK, signaturesOf } from './signed-events.js';

let fixture: LedgerFixture;
let admin: Pool;
let plant: Facility;
let logId: number;
let count = 0;

beforeAll(async () => {
  fixture = await LedgerFixture.open('audit');
  admin = fixture.poolOf(fixture.database.adminUrl);
  for (const table of ['entry', 'entry_lot', 'tile', 'checkpoint', 'log']) {
    await admin.query(`ALTER TABLE ledger.${table} DISABLE TRIGGER ALL`);
  }
});

beforeEach(async () => {
  plant = new Facility(`plant-${(count += 1)}`);
  await fixture.ledger.open(plant.origin);
  const original = plant.created('0', '100');
  await fixture.ledger.postAll(plant.origin, [
    original,
    plant.consumed('0', '40', 'a'),
    plant.created('0', '99', { eventId: original.event.eventId }),
    plant.corrected(original, plant.createdBody('0', '90')),
    ...Array.from({ length: 20 }, (_, i) => plant.created(`n${i}`, '10')),
  ]);
  const { rows } = await admin.query<{ id: number }>('SELECT id FROM ledger.log WHERE origin = $1', [
    plant.origin,
  ]);
  logId = rows[0]!.id;
});

afterAll(() => fixture.close());

async function codes(): Promise<AuditCode[]> {
  const found = await audit(fixture.pool, plant.origin, { signatures: signaturesOf(plant) });
  return [...new Set(found.map(({ code }) => code))].sort();
}

async function entryAt(index: number): Promise<EventEntry> {
  const stored = await fixture.reader.entry(plant.origin, index);
  const entry = decodeFacilityLogEntry(stored!.data);
  if (!entry.ok || entry.value.kind !== 'event') throw new Error('No event stands there.');
  return entry.value;
}

/** Writes an entry over another as a clever administrator would: leaf hash and all columns fitting. */
async function forge(index: number, entry: EventEntry): Promise<void> {
  const data = encodeEntry(entry);
  await admin.query(
    'UPDATE ledger.entry SET data = $3, leaf_hash = $4, recorded_at = $5 WHERE log_id = $1 AND idx = $2',
    [logId, index, Buffer.from(data), Buffer.from(leafHash(data)), entry.recordedAt],
  );
}

describe('an audit of a facility log', () => {
  const tampering: [string, string, AuditCode[]][] = [
    [
      'a leaf hash',
      `UPDATE ledger.entry SET leaf_hash = sha256('x') WHERE idx = 5 AND log_id = $1`,
      ['leaf-differs'],
    ],
    [
      'bytes that are no entry',
      `UPDATE ledger.entry SET data = '{"v":1}' WHERE idx = 5 AND log_id = $1`,
      ['entry-unreadable', 'head-differs', 'leaf-differs', 'lot-entries-differ', 'lot-state-differs'],
    ],
    [
      'a removed entry',
      `DELETE FROM ledger.entry WHERE idx = 5 AND log_id = $1`,
      ['entry-missing', 'head-differs', 'lot-entries-differ', 'lot-state-differs'],
    ],
    [
      'a truncated tail',
      `DELETE FROM ledger.entry WHERE idx = 23 AND log_id = $1`,
      ['head-differs', 'lot-entries-differ', 'lot-state-differs'],
    ],
    [
      'a column',
      `UPDATE ledger.entry SET recorded_at = now() WHERE idx = 5 AND log_id = $1`,
      ['column-differs'],
    ],
    [
      'an event id',
      `UPDATE ledger.entry SET event_id = gen_random_uuid() WHERE idx = 5 AND log_id = $1`,
      ['column-differs'],
    ],
    ['a kind', `UPDATE ledger.entry SET kind = 'heads' WHERE idx = 5 AND log_id = $1`, ['column-differs']],
    ['a head', `UPDATE ledger.log SET root = sha256('x') WHERE id = $1`, ['head-differs']],
    ['a frontier', `UPDATE ledger.log SET frontier = sha256('x') WHERE id = $1`, ['head-differs']],
    ['a head of another size', `UPDATE ledger.log SET size = 23 WHERE id = $1`, ['head-differs']],
    [
      'a lot’s sequence',
      `DELETE FROM ledger.entry_lot WHERE log_id = $1 AND lot LIKE '%/0' AND lot_seq = 1`,
      ['lot-entries-differ'],
    ],
    [
      'a lot’s place',
      `UPDATE ledger.entry_lot SET idx = 7 WHERE log_id = $1 AND idx = 8`,
      ['lot-entries-differ'],
    ],
    [
      'a lot’s count',
      `UPDATE ledger.lot_state SET next_seq = 9 WHERE log_id = $1 AND lot LIKE '%/0'`,
      ['lot-state-differs'],
    ],
    [
      'a lot’s mass',
      `UPDATE ledger.lot_state SET state = jsonb_set(state, '{kg}', '"1000"') WHERE log_id = $1 AND lot LIKE '%/n7'`,
      ['lot-state-differs'],
    ],
    [
      'a missing lot',
      `DELETE FROM ledger.lot_state WHERE log_id = $1 AND lot LIKE '%/n7'`,
      ['lot-state-differs'],
    ],
    [
      'a lot that nobody named',
      `INSERT INTO ledger.lot_state SELECT log_id, 'x/1', 1, state FROM ledger.lot_state WHERE log_id = $1 LIMIT 1`,
      ['lot-state-differs'],
    ],
    [
      'a checkpoint of another root',
      `INSERT INTO ledger.checkpoint VALUES ($1, 5, 'nonsense')`,
      ['checkpoint-contradicts-log'],
    ],
    [
      'a cursor beyond the end',
      `INSERT INTO ledger.relay_cursor VALUES ($1, 'kafka', 25)`,
      ['cursor-beyond-log'],
    ],
  ];

  const tileTampering: [string, string][] = [
    ['another root', `UPDATE ledger.tile SET root = sha256('x') WHERE log_id = $1`],
    ['no row', `DELETE FROM ledger.tile WHERE log_id = $1`],
    [
      'one above it that is not full yet',
      `INSERT INTO ledger.tile SELECT $1, 1, 0, hashes, root FROM ledger.tile WHERE log_id = $1`,
    ],
  ];

  it.each(tileTampering)('sees a tile with %s', async (_, statement) => {
    const more = Array.from({ length: 256 }, (_unused, i) => plant.created(`more${i}`, '10'));
    await fixture.ledger.postAll(plant.origin, more);
    await admin.query(statement, [logId]);
    expect(await codes()).toEqual(['tile-differs']);
  });

  it('finds nothing where nobody tampered', async () => {
    expect(await codes()).toEqual([]);
  });

  it.each(tampering)('sees %s', async (_, statement, expected) => {
    await admin.query(statement, [logId]);
    expect(await codes()).toEqual(expected);
  });

  it('sees a rewritten time, even when every hash in the row fits', async () => {
    const entry = await entryAt(23);
    await forge(23, { ...entry, recordedAt: '2026-11-24T08:59:59.000Z' });
    expect(await codes()).toEqual(['head-differs', 'recorded-earlier']);
  });

  it('sees an event that its facility never signed', async () => {
    const entry = await entryAt(23);
    const [header, payload, signature] = entry.jws.split('.');
    const event = JSON.parse(Buffer.from(payload!, 'base64url').toString()) as Record<string, unknown>;
    event['mass'] = { net: { value: '11', unit: 'kg' } };
    const forged = Buffer.from(canonicalize(event)).toString('base64url');
    await forge(23, { ...entry, jws: `${header}.${forged}.${signature}` });
    expect(await codes()).toEqual([
      'column-differs',
      'head-differs',
      'lot-state-differs',
      'signature-invalid',
    ]);
  });

  it('sees a payload that is not canonical, and one that is no event', async () => {
    const entry = await entryAt(23);
    const [header, payload] = entry.jws.split('.');
    const spaced = Buffer.from(Buffer.from(payload!, 'base64url').toString().replace(',', ', '));
    await forge(23, { ...entry, jws: `${header}.${spaced.toString('base64url')}.${'A'.repeat(86)}` });
    await forge(22, { ...(await entryAt(22)), jws: plant.jws({ v: 1, type: 'Nonsense' }) });
    expect(await codes()).toEqual(
      expect.arrayContaining(['event-unreadable', 'payload-not-canonical', 'signature-invalid']),
    );
  });

  it('sees a root reference that goes back, and a lot sequence with a gap', async () => {
    await forge(5, { ...(await entryAt(5)), root: { size: 9, hash: 'a'.repeat(64) } });
    await forge(6, { ...(await entryAt(6)), lots: { [plant.lot('n2')]: 1 } });
    expect(await codes()).toEqual(
      expect.arrayContaining(['decision-differs', 'lot-sequence-gap', 'root-reference-back']),
    );
  });

  it('sees an event of somebody else, an event twice, and a lot that is not named', async () => {
    const other = new Facility('other');
    const entry = await entryAt(23);
    await forge(20, { ...(await entryAt(20)), jws: other.created('1', '1').jws });
    await forge(21, { ...(await entryAt(21)), jws: entry.jws });
    const found = await codes();
    expect(found).toEqual(
      expect.arrayContaining(['event-repeated', 'foreign-facility', 'key-unknown', 'lots-not-named']),
    );
  });

  it('sees an acceptance that the rules do not allow', async () => {
    const [first, second] = [plant.consumed('n0', '10', 'x'), plant.consumed('n0', '10', 'y')];
    await fixture.ledger.post(plant.origin, first);
    await fixture.ledger.post(plant.origin, plant.created('z', '10'));
    const head = await fixture.reader.head(plant.origin);
    const entry = await entryAt(head.size - 1);
    await forge(head.size - 1, {
      ...entry,
      jws: second.jws,
      lots: { [plant.lot('n0')]: 2, [plant.lot('y')]: 0 },
    });
    const found = await audit(fixture.pool, plant.origin);
    expect(found).toContainEqual(
      expect.objectContaining({ code: 'decision-differs', detail: expect.stringContaining('lot-not-held') }),
    );
    expect(found).toContainEqual(
      expect.objectContaining({ code: 'mass-below-zero', detail: expect.stringContaining('n0') }),
    );
  });

  it('can leave out what the rules of today would say', async () => {
    const options = { replay: false, signatures: signaturesOf(plant) };
    expect(await audit(fixture.pool, plant.origin, options)).toEqual([]);
    await admin.query(`UPDATE ledger.lot_state SET state = state || '{"kg": "1"}' WHERE log_id = $1`, [
      logId,
    ]);
    const found = await audit(fixture.pool, plant.origin, options);
    expect(new Set(found.map(({ code }) => code))).toEqual(new Set(['lot-state-differs']));
  });

  it('stops listing after a thousand findings', async () => {
    await fixture.ledger.postAll(
      plant.origin,
      Array.from({ length: 1_000 }, (_, i) => plant.created(`more${i}`, '10')),
    );
    await admin.query(`UPDATE ledger.entry SET leaf_hash = sha256('x') WHERE log_id = $1`, [logId]);
    const found = await audit(fixture.pool, plant.origin);
    expect(found).toHaveLength(1_001);
    expect(found.at(-1)?.code).toBe('too-many-findings');
  });
});

describe('an audit of the root log', () => {
  it('sees a statement whose columns are another’s, a moved genesis and a damaged entry', async () => {
    const origin = `${NETWORK}/root`;
    const log = new RootLog({ pool: fixture.pool, clock: fixture.clock, origin });
    await log.open();
    await log.append(({ recordedAt }) =>
      Promise.resolve([
        { entry: { v: 1, kind: 'genesis', network: NETWORK, registrarKeys: [plant.publicKey], recordedAt } },
        ...['a', 'b', 'c'].map((name) => {
          const digest = createHash('sha256').update(name).digest('hex');
          return { entry: { v: 1, kind: 'certificate', digest, recordedAt } as const };
        }),
      ]),
    );
    expect(await audit(fixture.pool, origin)).toEqual([]);
    const { rows } = await admin.query<{ id: number }>('SELECT id FROM ledger.log WHERE origin = $1', [
      origin,
    ]);
    const id = rows[0]!.id;
    await admin.query(
      `UPDATE ledger.entry one SET data = other.data, leaf_hash = other.leaf_hash, kind = other.kind
       FROM ledger.entry other WHERE one.log_id = $1 AND other.log_id = $1 AND one.idx = 1 AND other.idx = 0`,
      [id],
    );
    await admin.query(`UPDATE ledger.entry SET data = 'x' WHERE log_id = $1 AND idx = 2`, [id]);
    await admin.query(
      `UPDATE ledger.entry SET event_id = gen_random_uuid(), payload_digest = sha256('x') WHERE log_id = $1 AND idx = 3`,
      [id],
    );
    const found = await audit(fixture.pool, origin);
    expect(found.map(({ code, index }) => [code, index])).toEqual([
      ['entry-unreadable', 1],
      ['leaf-differs', 2],
      ['entry-unreadable', 2],
      ['column-differs', 3],
      ['head-differs', null],
      ['head-differs', null],
    ]);
  });
});
