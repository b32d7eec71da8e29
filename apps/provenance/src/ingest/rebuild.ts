import type { FeedEntry } from '@lodemark/feed';
import { inTransaction } from '@lodemark/ledger';
import { toHex } from '@lodemark/transparency';
import type { Pool, PoolClient } from 'pg';
import { FACILITY_TABLES, ROOT_TABLES, toCount } from '../database/tables.js';
import { PROJECTION_VERSION } from '@lodemark/certificate';
import type { LogIngest } from './log-ingest.js';
import { digestReadModel } from './read-model-digest.js';

/** Where a rebuild takes the entries from: those kept here, or the logs where they are written. */
export type RebuildSource = 'kept' | 'logs';

export interface RebuildPorts {
  readonly pool: Pool;
  readonly ingestFor: (origin: string) => LogIngest;
  /** Reads a log where it is written. */
  readonly readLog: (origin: string, from: number, limit: number) => Promise<readonly FeedEntry[]>;
  readonly onProgress?: (progress: RebuildProgress) => void;
}

export interface RebuildProgress {
  /** Entries applied anew. */
  readonly done: number;
  /** Entries there are; undefined until they are counted. */
  readonly total: number | undefined;
}

export interface Rebuilt {
  /** Digest of the read model before and after, lowercase hex. */
  readonly before: string;
  readonly after: string;
  readonly entries: number;
}

const BATCH = 1_000;

/**
 * Makes the read model anew in one transaction: who reads meanwhile sees the old one, and who fails changes nothing.
 * Keys, policies, certificates and questions are not in it and cannot be harmed by it (invariant 10).
 */
export async function rebuild(ports: RebuildPorts, source: RebuildSource): Promise<Rebuilt> {
  return inTransaction(ports.pool, async (client) => {
    // Other processes that apply entries wait for this, and then find their cursors where they were.
    await client.query(`LOCK TABLE log IN SHARE ROW EXCLUSIVE MODE`);
    const before = await digestReadModel(client);
    const logs = await cursors(client);
    for (const table of ['log', ...FACILITY_TABLES, ...ROOT_TABLES])
      await client.query(`DELETE FROM ${table}`);
    const total = logs.reduce((sum, { next }) => sum + next, 0);
    let done = 0;
    const applied = (count: number) => {
      done += count;
      ports.onProgress?.({ done, total });
    };
    applied(0);
    for (const log of logs) await replay(client, ports, { ...log, source, applied });
    await client.query(`DELETE FROM projection_version`);
    await client.query(`INSERT INTO projection_version (version) VALUES ($1)`, [PROJECTION_VERSION]);
    return { before, after: await digestReadModel(client), entries: total };
  });
}

async function cursors(client: PoolClient): Promise<readonly { origin: string; next: number }[]> {
  const { rows } = await client.query<{ origin: string; next: string }>(
    `SELECT origin, next FROM log WHERE next > 0 ORDER BY kind DESC, origin`,
  );
  return rows.map(({ origin, next }) => ({ origin, next: toCount(next) }));
}

async function replay(
  client: PoolClient,
  ports: RebuildPorts,
  {
    origin,
    next,
    source,
    applied,
  }: {
    readonly origin: string;
    readonly next: number;
    readonly source: RebuildSource;
    readonly applied: (count: number) => void;
  },
): Promise<void> {
  const ingest = ports.ingestFor(origin);
  const batchFrom = async (from: number): Promise<readonly FeedEntry[]> => {
    if (from >= next) return [];
    const limit = Math.min(BATCH, next - from);
    const batch =
      source === 'kept'
        ? await kept(client, origin, { from, limit })
        : await ports.readLog(origin, from, limit);
    if (batch.length === 0) throw new Error(`${origin} gives ${from} of the ${next} entries it had`);
    ingest.expect(batch);
    return batch;
  };
  let batch = await batchFrom(0);
  for (let from = 0; from < next;) {
    const to = from + batch.length;
    const following = await batchFrom(to);
    // What is applied is inserted again, so that both sources go the same way.
    await client.query(`DELETE FROM entry WHERE origin = $1 AND idx >= $2 AND idx < $3`, [origin, from, to]);
    await ingest.applyIn(client, batch);
    applied(batch.length);
    from = to;
    batch = following;
  }
}

async function kept(
  client: PoolClient,
  origin: string,
  { from, limit }: { readonly from: number; readonly limit: number },
): Promise<readonly FeedEntry[]> {
  const { rows } = await client.query<{ idx: string; leaf: Buffer; bytes: Buffer }>(
    `SELECT idx, leaf, bytes FROM entry WHERE origin = $1 AND idx >= $2 AND idx < $3 ORDER BY idx`,
    [origin, from, from + limit],
  );
  return rows.map(({ idx, leaf, bytes }) => ({ origin, index: toCount(idx), leafHash: toHex(leaf), bytes }));
}
