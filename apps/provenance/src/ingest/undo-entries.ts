import type { PoolClient } from 'pg';
import { FACILITY_TABLES } from '../database/tables.js';
import { frontierAt, type Cursor } from './kept-entries.js';

/** Takes back everything that a log's entries from `size` on brought, and the entries themselves; gives the cursor after. */
export async function undoEntries(
  client: PoolClient,
  log: { readonly origin: string; readonly kind: 'root' | 'facility' },
  { size, at, reason }: { readonly size: number; readonly at: Date; readonly reason: string },
): Promise<Cursor> {
  const { origin } = log;
  const frontier = await frontierAt(client, origin, size);
  await client.query(
    `INSERT INTO discarded_entry (origin, idx, leaf, bytes, discarded_at, reason)
     SELECT origin, idx, leaf, bytes, $3, $4 FROM entry WHERE origin = $1 AND idx >= $2 ON CONFLICT DO NOTHING`,
    [origin, size, at, reason],
  );
  for (const table of ['entry', ...FACILITY_TABLES]) {
    await client.query(`DELETE FROM ${table} WHERE origin = $1 AND idx >= $2`, [origin, size]);
  }
  await client.query(`UPDATE coverage SET matched = false WHERE origin = $1 AND size > $2 AND matched`, [
    origin,
    size,
  ]);
  if (log.kind === 'root') await undoRootEntries(client, size);
  await client.query(`UPDATE log SET next = $2, frontier = $3 WHERE origin = $1`, [
    origin,
    size,
    frontier.serialize(),
  ]);
  return { next: size, frontier };
}

async function undoRootEntries(client: PoolClient, size: number): Promise<void> {
  await client.query(
    `UPDATE signature SET valid = NULL WHERE kid IN (SELECT kid FROM signing_key WHERE root_index >= $1)`,
    [size],
  );
  await client.query(`UPDATE signing_key SET revoked_by = NULL WHERE revoked_by >= $1`, [size]);
  for (const [table, column] of [
    ['root_leaf', 'idx'],
    ['root_statement', 'idx'],
    ['signing_key', 'root_index'],
    ['coverage', 'root_index'],
    ['log_fault', 'root_index'],
  ] as const) {
    await client.query(`DELETE FROM ${table} WHERE ${column} >= $1`, [size]);
  }
}
