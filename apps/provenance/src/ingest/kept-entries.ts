import type { FeedEntry } from '@lodemark/feed';
import { Frontier, fromHex, toHex } from '@lodemark/transparency';
import type { PoolClient } from 'pg';
import { insertRows } from '../database/insert-rows.js';
import { toCount } from '../database/tables.js';

/** A log's cursor: the tree over all that was applied. */
export interface Cursor {
  readonly next: number;
  readonly frontier: Frontier;
}

/** Locks the log's cursor for the transaction, making the log's row if this is its first entry. */
export async function lockCursor(
  client: PoolClient,
  log: { readonly origin: string; readonly kind: 'root' | 'facility' },
): Promise<Cursor> {
  await client.query(`INSERT INTO log (origin, kind) VALUES ($1, $2) ON CONFLICT DO NOTHING`, [
    log.origin,
    log.kind,
  ]);
  const { rows } = await client.query<{ next: string; frontier: Buffer }>(
    `SELECT next, frontier FROM log WHERE origin = $1 FOR UPDATE`,
    [log.origin],
  );
  const [row] = rows;
  if (row === undefined) throw new Error(`the cursor of ${log.origin} vanished`);
  const next = toCount(row.next);
  return { next, frontier: Frontier.parse(next, row.frontier) };
}

/** Keeps the entries' bytes, and moves the cursor over them if it still stands where it was locked. */
export async function keepEntries(
  client: PoolClient,
  { origin, cursor }: { readonly origin: string; readonly cursor: Cursor },
  entries: readonly FeedEntry[],
): Promise<void> {
  const frontier = cursor.frontier.clone();
  const rows = entries.map(({ index, leafHash, bytes }) => {
    const leaf = fromHex(leafHash);
    if (leaf === undefined) throw new Error(`no leaf hash: ${leafHash}`);
    frontier.append(leaf);
    return { origin, idx: index, leaf, tree_root: frontier.root(), bytes };
  });
  await insertRows(client, ENTRY, rows);
  const moved = await client.query(
    `UPDATE log SET next = $3, frontier = $4 WHERE origin = $1 AND next = $2`,
    [origin, cursor.next, frontier.size, frontier.serialize()],
  );
  if (moved.rowCount !== 1) throw new Error(`the cursor of ${origin} moved while it was locked`);
}

const ENTRY = {
  table: 'entry',
  columns: { origin: 'text', idx: 'bigint', leaf: 'bytea', tree_root: 'bytea', bytes: 'bytea' },
} as const;

/** Leaf hashes held at indexes from `from` up to `to`, `to` left out, lowercase hex. */
export async function heldLeaves(
  client: Pick<PoolClient, 'query'>,
  origin: string,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<readonly string[]> {
  const { rows } = await client.query<{ leaf: Buffer }>(
    `SELECT leaf FROM entry WHERE origin = $1 AND idx >= $2 AND idx < $3 ORDER BY idx`,
    [origin, from, to],
  );
  return rows.map(({ leaf }) => toHex(leaf));
}

/** Root hash of the held entries below `size`, lowercase hex; undefined when that many are not held. */
export async function rootAt(
  client: Pick<PoolClient, 'query'>,
  origin: string,
  size: number,
): Promise<string | undefined> {
  if (size === 0) return toHex(Frontier.empty().root());
  const { rows } = await client.query<{ tree_root: Buffer }>(
    `SELECT tree_root FROM entry WHERE origin = $1 AND idx = $2`,
    [origin, size - 1],
  );
  return rows[0] === undefined ? undefined : toHex(rows[0].tree_root);
}

const LEAVES_PER_READ = 50_000;

/** The tree over the first `size` held entries. Reads every leaf hash: for repairs, not for every day. */
export async function frontierAt(
  client: Pick<PoolClient, 'query'>,
  origin: string,
  size: number,
): Promise<Frontier> {
  const frontier = Frontier.empty();
  while (frontier.size < size) {
    const range = { from: frontier.size, to: Math.min(size, frontier.size + LEAVES_PER_READ) };
    const leaves = await heldLeaves(client, origin, range);
    if (leaves.length === 0) throw new Error(`${origin} holds ${frontier.size} entries, not ${size}`);
    for (const leaf of leaves) frontier.append(fromHex(leaf) ?? new Uint8Array());
  }
  return frontier;
}
