import { concatBytes, Frontier, type CompletedTile } from '@lodemark/transparency';
import type { ClientBase } from 'pg';
import { LedgerError } from './ledger-error.js';
import type { HeadRow } from './log-head.js';
import { APPEND_CHANNEL, type Tables } from './tables.js';

/** An entry that is decided and not yet written. */
export interface Draft {
  readonly kind: string;
  readonly data: Uint8Array;
  /** Leaf hash of `data`. */
  readonly leaf: Uint8Array;
  /** `eventId` or `statementId`, with the digest of the payload that carries it. */
  readonly statement?: { readonly id: string; readonly payloadDigest: string };
  /** Lot, or `*`, to its sequence number. */
  readonly lots?: Readonly<Record<string, number>>;
}

export interface Append {
  readonly head: HeadRow;
  readonly drafts: readonly Draft[];
  /** RFC 3339; the same for all of them. */
  readonly recordedAt: string;
}

/**
 * Writes drafts behind a locked head: entries, their lots, the tiles they complete, and the head itself, each in
 * one set-based statement; wakes whoever listens once it is committed. Holds invariant 1: indexes are dense because
 * the head row is locked, and written once because of the primary key.
 */
export async function appendEntries(client: ClientBase, tables: Tables, append: Append): Promise<void> {
  if (append.drafts.length === 0) return;
  const frontier = Frontier.parse(append.head.size, append.head.frontier);
  const completed = append.drafts.flatMap(({ leaf }) => frontier.append(leaf));
  await insertEntries(client, tables, append);
  await insertLots(client, tables, append);
  if (completed.length > 0) await insertTiles(client, tables, { append, completed });
  await advanceHead(client, tables, { append, frontier });
}

async function insertEntries(
  client: ClientBase,
  tables: Tables,
  { head, drafts, recordedAt }: Append,
): Promise<void> {
  await client.query(
    `INSERT INTO ${tables.entry} (log_id, idx, kind, leaf_hash, data, event_id, payload_digest, recorded_at)
     SELECT $1, $2::bigint + n - 1, kind, leaf_hash, data, event_id, payload_digest, $3
     FROM unnest($4::text[], $5::bytea[], $6::bytea[], $7::uuid[], $8::bytea[]) WITH ORDINALITY
       AS draft (kind, leaf_hash, data, event_id, payload_digest, n)`,
    [
      head.id,
      head.size,
      recordedAt,
      drafts.map(({ kind }) => kind),
      drafts.map(({ leaf }) => Buffer.from(leaf)),
      drafts.map(({ data }) => Buffer.from(data)),
      drafts.map(({ statement }) => statement?.id ?? null),
      drafts.map(({ statement }) => (statement ? Buffer.from(statement.payloadDigest, 'hex') : null)),
    ],
  );
}

async function insertLots(client: ClientBase, tables: Tables, { head, drafts }: Append): Promise<void> {
  const rows = drafts.flatMap(({ lots = {} }, offset) =>
    Object.entries(lots).map(([lot, sequence]) => ({ lot, sequence, index: head.size + offset })),
  );
  if (rows.length === 0) return;
  await client.query(
    `INSERT INTO ${tables.entryLot} (log_id, lot, lot_seq, idx)
     SELECT $1, lot, lot_seq, idx FROM unnest($2::text[], $3::bigint[], $4::bigint[]) AS named (lot, lot_seq, idx)`,
    [
      head.id,
      rows.map(({ lot }) => lot),
      rows.map(({ sequence }) => sequence),
      rows.map(({ index }) => index),
    ],
  );
}

const TILE_WIDTH = 256;

async function insertTiles(
  client: ClientBase,
  tables: Tables,
  { append, completed }: { readonly append: Append; readonly completed: readonly CompletedTile[] },
): Promise<void> {
  // Level 0 first: a tile above it is made of the roots of those below.
  const tiles = [...completed].sort((a, b) => a.level - b.level || a.index - b.index);
  const hashes: Uint8Array[] = [];
  for (const tile of tiles) {
    const made =
      tile.level === 0
        ? newLeaves(append, tile)
        : tiles.filter(
            ({ level, index }) => level === tile.level - 1 && Math.floor(index / TILE_WIDTH) === tile.index,
          );
    const missing = TILE_WIDTH - made.length;
    const stored = missing > 0 ? await storedHashes(client, tables, { append, tile, count: missing }) : [];
    hashes.push(concatBytes(...stored, ...made.map((one) => ('root' in one ? one.root : one.leaf))));
  }
  await client.query(
    `INSERT INTO ${tables.tile} (log_id, level, n, hashes, root)
     SELECT $1, level, n, hashes, root
     FROM unnest($2::smallint[], $3::bigint[], $4::bytea[], $5::bytea[]) AS full_tile (level, n, hashes, root)`,
    [
      append.head.id,
      tiles.map(({ level }) => level),
      tiles.map(({ index }) => index),
      hashes.map((one) => Buffer.from(one)),
      tiles.map(({ root }) => Buffer.from(root)),
    ],
  );
}

/** The drafts that stand in this level 0 tile: the last of its 256 leaves, perhaps all. */
function newLeaves({ head, drafts }: Append, { index }: CompletedTile): readonly Draft[] {
  const first = index * TILE_WIDTH - head.size;
  return drafts.slice(Math.max(0, first), first + TILE_WIDTH);
}

/** The first `count` hashes of a tile, which earlier transactions wrote. */
async function storedHashes(
  client: ClientBase,
  tables: Tables,
  { append, tile, count }: { readonly append: Append; readonly tile: CompletedTile; readonly count: number },
): Promise<readonly Uint8Array[]> {
  const first = tile.index * TILE_WIDTH;
  const { rows } =
    tile.level === 0
      ? await client.query<{ hash: Buffer }>(
          `SELECT leaf_hash AS hash FROM ${tables.entry}
           WHERE log_id = $1 AND idx >= $2 AND idx < $3 ORDER BY idx`,
          [append.head.id, first, first + count],
        )
      : await client.query<{ hash: Buffer }>(
          `SELECT root AS hash FROM ${tables.tile}
           WHERE log_id = $1 AND level = $2 AND n >= $3 AND n < $4 ORDER BY n`,
          [append.head.id, tile.level - 1, first, first + count],
        );
  if (rows.length !== count) {
    throw new LedgerError('damaged', `${append.head.origin}: tile ${tile.level}/${tile.index} lacks hashes.`);
  }
  return rows.map(({ hash }) => hash);
}

async function advanceHead(
  client: ClientBase,
  tables: Tables,
  { append, frontier }: { readonly append: Append; readonly frontier: Frontier },
): Promise<void> {
  const { head, recordedAt } = append;
  const { rowCount } = await client.query(
    `WITH advanced AS (
       UPDATE ${tables.log} SET size = $3, root = $4, frontier = $5, recorded_at = $6
       WHERE id = $1 AND size = $2 RETURNING origin)
     SELECT pg_notify('${APPEND_CHANNEL}', origin) FROM advanced`,
    [
      head.id,
      head.size,
      frontier.size,
      Buffer.from(frontier.root()),
      Buffer.from(frontier.serialize()),
      recordedAt,
    ],
  );
  if (rowCount !== 1) throw new LedgerError('damaged', `The head of ${head.origin} moved under its lock.`);
}
