import type { LotState } from '@lodemark/domain';
import { concatBytes, Frontier, toHex, type CompletedTile } from '@lodemark/transparency';
import type { ClientBase } from 'pg';
import { LedgerError } from './ledger-error.js';
import type { HeadRow, LogHead } from './log-head.js';
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

/** A lot's row as it stands after an append; `state` is null for `*`. */
export interface LotRow {
  readonly lot: string;
  readonly nextSequence: number;
  readonly state: LotState | null;
}

export interface Append {
  readonly head: HeadRow;
  readonly drafts: readonly Draft[];
  /** RFC 3339; the same for all of them. */
  readonly recordedAt: string;
  readonly lots?: readonly LotRow[];
}

/**
 * Writes drafts behind a locked head: entries, their lots, the tiles they complete, the lots' states and the head
 * itself, in one set-based statement; wakes whoever listens once it is committed. Holds invariant 1: indexes are dense
 * because the head row is locked, and written once because of the primary key. Gives the size and root that the log
 * has then.
 */
export async function appendEntries(
  client: ClientBase,
  tables: Tables,
  append: Append,
): Promise<Pick<LogHead, 'size' | 'root'>> {
  const { head, drafts, recordedAt, lots = [] } = append;
  if (drafts.length === 0) return { size: head.size, root: head.root };
  const frontier = Frontier.parse(head.size, head.frontier);
  const completed = drafts.flatMap(({ leaf }) => frontier.append(leaf));
  const tiles = await fullTiles(client, tables, { append, completed });
  const named = drafts.flatMap(({ lots: sequences = {} }, offset) =>
    Object.entries(sequences).map(([lot, sequence]) => ({ lot, sequence, index: head.size + offset })),
  );
  const { rowCount } = await client.query({
    ...statement(tables),
    values: [
      ...[head.id, head.size, recordedAt],
      ...[frontier.size, Buffer.from(frontier.root()), Buffer.from(frontier.serialize())],
      drafts.map(({ kind }) => kind),
      drafts.map(({ leaf }) => Buffer.from(leaf)),
      drafts.map(({ data }) => Buffer.from(data)),
      drafts.map(({ statement: stated }) => stated?.id ?? null),
      drafts.map(({ statement: stated }) => (stated ? Buffer.from(stated.payloadDigest, 'hex') : null)),
      ...[
        named.map(({ lot }) => lot),
        named.map(({ sequence }) => sequence),
        named.map(({ index }) => index),
      ],
      ...[tiles.map(({ level }) => level), tiles.map(({ index }) => index)],
      ...[tiles.map(({ hashes }) => hashes), tiles.map(({ root }) => Buffer.from(root))],
      ...[lots.map(({ lot }) => lot), lots.map(({ nextSequence }) => nextSequence)],
      lots.map(({ state }) => (state === null ? null : JSON.stringify(state))),
    ],
  });
  if (rowCount !== 1) throw new LedgerError('damaged', `The head of ${head.origin} moved under its lock.`);
  return { size: frontier.size, root: toHex(frontier.root()) };
}

/**
 * One statement instead of five: each would be a round trip under the head lock. Prepared, because planning it takes
 * longer than a small batch, and it has no plan to choose that could become wrong as tables grow.
 */
function statement(tables: Tables): { readonly name?: string; readonly text: string } {
  const text = `WITH
    entries AS (
      INSERT INTO ${tables.entry} (log_id, idx, kind, leaf_hash, data, event_id, payload_digest, recorded_at)
      SELECT $1, $2::bigint + n - 1, kind, leaf_hash, data, event_id, payload_digest, $3::timestamptz
      FROM unnest($7::text[], $8::bytea[], $9::bytea[], $10::uuid[], $11::bytea[]) WITH ORDINALITY
        AS draft (kind, leaf_hash, data, event_id, payload_digest, n)),
    named AS (
      INSERT INTO ${tables.entryLot} (log_id, lot, lot_seq, idx)
      SELECT $1, lot, lot_seq, idx FROM unnest($12::text[], $13::bigint[], $14::bigint[]) AS named (lot, lot_seq, idx)),
    tiles AS (
      INSERT INTO ${tables.tile} (log_id, level, n, hashes, root)
      SELECT $1, level, n, hashes, root
      FROM unnest($15::smallint[], $16::bigint[], $17::bytea[], $18::bytea[]) AS tile (level, n, hashes, root)),
    lots AS (
      INSERT INTO ${tables.lotState} (log_id, lot, next_seq, state)
      SELECT $1, lot, next_seq, state FROM unnest($19::text[], $20::bigint[], $21::jsonb[]) AS now (lot, next_seq, state)
      ON CONFLICT (log_id, lot) DO UPDATE SET next_seq = excluded.next_seq, state = excluded.state),
    advanced AS (
      UPDATE ${tables.log} SET size = $4::bigint, root = $5, frontier = $6, recorded_at = $3
      WHERE id = $1::integer AND size = $2 RETURNING origin)
    SELECT pg_notify('${APPEND_CHANNEL}', origin) FROM advanced`;
  return tables.isDefault ? { name: 'lodemark-append', text } : { text };
}

const TILE_WIDTH = 256;

interface FullTile extends CompletedTile {
  readonly hashes: Buffer;
}

/** The completed tiles with their 256 hashes: new ones, and those that earlier transactions wrote. */
async function fullTiles(
  client: ClientBase,
  tables: Tables,
  { append, completed }: { readonly append: Append; readonly completed: readonly CompletedTile[] },
): Promise<readonly FullTile[]> {
  // Level 0 first: a tile above it is made of the roots of those below.
  const tiles = [...completed].sort((a, b) => a.level - b.level || a.index - b.index);
  const full: FullTile[] = [];
  for (const tile of tiles) {
    const made =
      tile.level === 0
        ? newLeaves(append, tile)
        : tiles.filter(
            ({ level, index }) => level === tile.level - 1 && Math.floor(index / TILE_WIDTH) === tile.index,
          );
    const missing = TILE_WIDTH - made.length;
    const stored = missing > 0 ? await storedHashes(client, tables, { append, tile, count: missing }) : [];
    const hashes = concatBytes(...stored, ...made.map((one) => ('root' in one ? one.root : one.leaf)));
    full.push({ ...tile, hashes: Buffer.from(hashes) });
  }
  return full;
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
