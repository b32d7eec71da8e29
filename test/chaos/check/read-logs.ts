import { ledgerPool } from '@lodemark/ledger';
import type { LogContent, SeenCheckpoint, StoredEntry } from './log-content.js';

interface Found {
  readonly log: LogContent;
  /** What the service has signed and kept. */
  readonly checkpoints: readonly SeenCheckpoint[];
}

const PAGE = 2_000;

/** A log and its checkpoints as the tables of its service have them, in one snapshot and past the service. */
export async function readStoredLog(databaseUrl: string, origin: string): Promise<Found> {
  const pool = ledgerPool({ connectionString: databaseUrl, max: 1 });
  const client = await pool.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const heads = await client.query<{ id: number; size: string; root: Buffer }>(
      'SELECT id, size, root FROM ledger.log WHERE origin = $1',
      [origin],
    );
    const head = heads.rows[0];
    if (head === undefined)
      return { log: { origin, entries: [], head: { size: 0, root: '' } }, checkpoints: [] };
    const entries: StoredEntry[] = [];
    for (let after = '-1'; ;) {
      const { rows } = await client.query<{ idx: string; leaf_hash: Buffer; data: Buffer }>(
        `SELECT idx, leaf_hash, data FROM ledger.entry WHERE log_id = $1 AND idx > $2 ORDER BY idx LIMIT ${PAGE}`,
        [head.id, after],
      );
      for (const { idx, leaf_hash: leaf, data } of rows)
        entries.push({ index: Number(idx), leaf: leaf.toString('hex'), bytes: data });
      const last = rows.at(-1);
      if (last === undefined) break;
      after = last.idx;
    }
    const notes = await client.query<{ note: string }>(
      'SELECT note FROM ledger.checkpoint WHERE log_id = $1',
      [head.id],
    );
    return {
      log: { origin, entries, head: { size: Number(head.size), root: head.root.toString('hex') } },
      checkpoints: notes.rows.map(({ note }) => ({ from: 'its own table', note })),
    };
  } finally {
    client.release(true);
    await pool.end();
  }
}
