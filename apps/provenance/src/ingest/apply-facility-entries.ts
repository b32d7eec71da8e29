import { statedBody } from '@lodemark/policy';
import type { SignatureChecker } from '@lodemark/transparency';
import type { PoolClient } from 'pg';
import { insertRows } from '../database/insert-rows.js';
import { edgesOf, isLotId, type AppliedEntry, type ParkedEntry, type ReadHeads } from '@lodemark/certificate';
import { dispatchNamed, termsOf } from '../projection/traces.js';
import { matchCoverage } from './apply-root-entries.js';
import type { ReadEntry } from './facility-reading.js';
import { keepSignatures } from './signature-facts.js';

export interface FacilityLog {
  readonly origin: string;
  readonly checker: SignatureChecker;
}

interface Placed<T> {
  readonly idx: number;
  readonly read: T;
}

/** Writes what the entries say into the read model. Looks at nothing but them and what this log said before. */
export async function applyFacilityEntries(
  client: PoolClient,
  log: FacilityLog,
  entries: readonly ReadEntry[],
): Promise<void> {
  const read: readonly Placed<AppliedEntry | ReadHeads | ParkedEntry>[] = entries;
  const applied = read.filter((one): one is Placed<AppliedEntry> => one.read.kind === 'applied');
  const parked = read.filter((one): one is Placed<ParkedEntry> => one.read.kind === 'parked');
  const { origin } = log;
  await writeEvents(client, origin, applied);
  await writeLots(client, origin, read);
  await writeTraces(client, origin, applied);
  await writeParked(client, origin, parked);
  for (const one of applied) await inheritLots(client, origin, one);
  await matchCoverage(client, { origin, upTo: (read.at(-1)?.idx ?? 0) + 1 });
  // Last: it takes a lock that whoever applies the root log takes last, too.
  await keepSignatures(
    client,
    log,
    entries.flatMap(({ signatures }) => signatures),
  );
}

const EVENT = {
  table: 'event',
  columns: {
    origin: 'text',
    idx: 'bigint',
    kind: 'text',
    event_id: 'text',
    type: 'text',
    payload_digest: 'text',
    corrects: 'text',
  },
} as const;

async function writeEvents(client: PoolClient, origin: string, applied: readonly Placed<AppliedEntry>[]) {
  const rows = applied.map(({ idx, read: { entry, event, payloadDigest } }) => ({
    ...{ origin, idx, kind: entry.kind, event_id: event.eventId, type: event.type },
    payload_digest: payloadDigest,
    // A contradiction takes nothing back: it is another statement beside the first.
    corrects: event.type === 'Corrected' && entry.kind === 'event' ? event.target.eventId : null,
  }));
  await insertRows(client, EVENT, rows);
}

async function writeLots(
  client: PoolClient,
  origin: string,
  read: readonly Placed<AppliedEntry | ReadHeads | ParkedEntry>[],
): Promise<void> {
  const columns = { lot: 'text', origin: 'text', idx: 'bigint', lot_seq: 'bigint' } as const;
  const rows = read.flatMap(({ idx, read: { lots, sequences } }) =>
    [...new Set(lots.map((lot) => (isLotId(lot) ? lot : '*')))].map((lot) => ({
      ...{ lot, origin, idx },
      // Not every lot of the event need stand in its envelope, which alone is what heads count.
      lot_seq: Object.hasOwn(sequences, lot) ? (sequences[lot] ?? null) : null,
    })),
  );
  await insertRows(client, { table: 'entry_lot', columns }, rows);
}

async function writeTraces(client: PoolClient, origin: string, applied: readonly Placed<AppliedEntry>[]) {
  const place = { origin: 'text', idx: 'bigint' } as const;
  const edges = applied.flatMap(({ idx, read: { event } }) =>
    edgesOf(event).map(({ input, output }) => ({ output_lot: output, input_lot: input, origin, idx })),
  );
  const edgeColumns = { output_lot: 'text', input_lot: 'text', ...place } as const;
  await insertRows(client, { table: 'edge', columns: edgeColumns }, edges);
  const terms = applied.flatMap(({ idx, read: { event, lots } }) =>
    termsOf(event, lots.filter(isLotId)).map((term) => ({ ...term, origin, idx })),
  );
  const termColumns = { kind: 'text', value: 'text', lot: 'text', ...place } as const;
  await insertRows(client, { table: 'lot_term', columns: termColumns }, terms);
  const dispatchColumns = { digest: 'text', ...place, receiver: 'text' } as const;
  const dispatches = applied.flatMap((one) => dispatchRow(origin, one));
  await insertRows(client, { table: 'dispatch', columns: dispatchColumns }, dispatches);
  const references = applied.flatMap(({ idx, read: { event } }) => {
    const digest = dispatchNamed(event);
    return digest === undefined ? [] : [{ digest, origin, idx }];
  });
  const referenceColumns = { digest: 'text', ...place } as const;
  await insertRows(client, { table: 'dispatch_reference', columns: referenceColumns }, references);
}

/** A corrected dispatch keeps the digest that others refer to it by. */
function dispatchRow(origin: string, { idx, read: { event, payloadDigest } }: Placed<AppliedEntry>) {
  const body = statedBody(event);
  if (body?.type !== 'Dispatched') return [];
  const digest = event.type === 'Corrected' ? event.target.payload : payloadDigest;
  return [{ digest, origin, idx, receiver: body.to }];
}

const MAX_DETAIL = 500;

async function writeParked(client: PoolClient, origin: string, parked: readonly Placed<ParkedEntry>[]) {
  const columns = { origin: 'text', idx: 'bigint', reason: 'text', detail: 'text' } as const;
  const rows = parked.map(({ idx, read: { reason, detail } }) => ({
    ...{ origin, idx, reason },
    // The detail may quote the entry, and Postgres takes no NUL.
    detail: detail.replaceAll('\u0000', '\ufffd').slice(0, MAX_DETAIL),
  }));
  await insertRows(client, { table: 'parked', columns }, rows);
}

/** A correction is about the lots of what it corrects, a contradiction about those of what it contradicts. */
async function inheritLots(client: PoolClient, origin: string, { idx, read }: Placed<AppliedEntry>) {
  if (read.event.type === 'Corrected') {
    await client.query(
      `INSERT INTO entry_lot (lot, origin, idx)
       SELECT DISTINCT l.lot, l.origin, $2::bigint FROM event e JOIN entry_lot l USING (origin, idx)
       WHERE e.origin = $1 AND e.event_id = $3 AND e.idx < $2 ON CONFLICT DO NOTHING`,
      [origin, idx, read.event.target.eventId],
    );
  }
  if (read.entry.kind === 'conflict') {
    await client.query(
      `INSERT INTO entry_lot (lot, origin, idx)
       SELECT lot, origin, $2::bigint FROM entry_lot WHERE origin = $1 AND idx = $3 AND idx < $2
       ON CONFLICT DO NOTHING`,
      [origin, idx, read.entry.with.index],
    );
  }
}
