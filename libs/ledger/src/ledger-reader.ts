import type { CustodyEvent, LotState, Standing } from '@lodemark/domain';
import {
  parseCheckpoint,
  parseNote,
  tileWidth,
  toHex,
  type Checkpoint,
  type Receipt,
  type TileCoordinate,
} from '@lodemark/transparency';
import type { Pool } from 'pg';
import { LedgerError } from './ledger-error.js';
import { surviveBrokenConnections } from './ledger-pool.js';
import { publicHead, readHead, type HeadRow, type LogHead } from './log-head.js';
import { reading, type Queries } from './queries.js';
import { readStoredEvent } from './stored-event.js';
import { Tables, toCount } from './tables.js';
import { TreeReader } from './tree-reader.js';

export interface StoredEntry {
  readonly origin: string;
  readonly index: number;
  /** Lowercase hex. */
  readonly leaf: string;
  readonly data: Uint8Array;
}

/** The entry that records an event, with the receipt that its poster was given. */
export interface EntryOfEvent extends StoredEntry {
  readonly event: CustodyEvent;
  readonly receipt: Receipt;
}

/** An entry in the sequence of one lot. */
export interface LotEntry extends StoredEntry {
  readonly lotSequence: number;
}

/** One lot as a facility's log leaves it. */
export interface LotRecord {
  readonly state: LotState;
  /** Entries that name the lot so far, which is the next sequence number. */
  readonly entries: number;
}

export interface LotPage {
  readonly lots: readonly LotRecord[];
  /** Pass as `after` for the next page; absent on the last. */
  readonly next?: string;
}

export interface PublishedCheckpoint extends Checkpoint {
  /** The signed note. */
  readonly note: string;
}

/** What one answer may hold: enough for any client, and no more memory than a request should cost. */
const MAX_ROWS = 1_000;
const MAX_BYTES = 4 * 1024 * 1024;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

interface EntryRow {
  idx: string;
  leaf_hash: Buffer;
  data: Buffer;
}

/** Reads logs of both kinds; every answer is of committed entries. Unknown origins are `log-unknown`. */
export class LedgerReader {
  private readonly queries: Queries;
  private readonly tables: Tables;
  /** Ids never change once a log is there. */
  private readonly ids = new Map<string, number>();

  constructor({ pool, schema }: { readonly pool: Pool; readonly schema?: string }) {
    surviveBrokenConnections(pool);
    this.queries = reading(pool);
    this.tables = new Tables(schema);
  }

  /** Origins of the logs in this database, sorted. */
  async origins(): Promise<readonly string[]> {
    const { rows } = await this.queries.query<{ origin: string }>(
      `SELECT origin FROM ${this.tables.log} ORDER BY origin`,
    );
    return rows.map(({ origin }) => origin);
  }

  async head(origin: string): Promise<LogHead> {
    return publicHead(await this.headRow(origin));
  }

  /**
   * Entries from index `from` on: at most `limit`, 1,000 and about 4 MiB, so fewer than asked for need not be the
   * end of the log; none are.
   */
  async entries(origin: string, from: number, limit: number): Promise<readonly StoredEntry[]> {
    const { rows } = await this.queries.query<EntryRow>(
      `SELECT idx, leaf_hash, data FROM (
         SELECT idx, leaf_hash, data, sum(octet_length(data)) OVER (ORDER BY idx) - octet_length(data) AS before
         FROM ${this.tables.entry} WHERE log_id = $1 AND idx >= $2 ORDER BY idx LIMIT $3) AS page
       WHERE before < $4 ORDER BY idx`,
      [await this.id(origin), from, Math.min(limit, MAX_ROWS), MAX_BYTES],
    );
    return rows.map((row) => storedEntry(origin, row));
  }

  async entry(origin: string, index: number): Promise<StoredEntry | undefined> {
    const [entry] = await this.entries(origin, index, 1);
    return entry?.index === index ? entry : undefined;
  }

  /** The entry that records this event of a facility log, as its poster had it confirmed. */
  async entryByEventId(origin: string, eventId: string): Promise<EntryOfEvent | undefined> {
    if (!UUID.test(eventId)) return undefined;
    const { rows } = await this.queries.query<EntryRow>(
      `SELECT idx, leaf_hash, data FROM ${this.tables.entry}
       WHERE log_id = $1 AND event_id = $2 AND kind = 'event' AND kind <> 'conflict'`,
      [await this.id(origin), eventId],
    );
    if (rows[0] === undefined) return undefined;
    const stored = storedEntry(origin, rows[0]);
    const { event, entry, payloadDigest } = readStoredEvent(stored.data);
    const { index, leaf } = stored;
    const { recordedAt } = entry;
    return { ...stored, event, receipt: { v: 1, origin, index, leaf, eventId, payloadDigest, recordedAt } };
  }

  /** The entries that name the lot (`*`: the whole facility) from sequence number `from` on; limits as `entries`. */
  async entriesOfLot(
    origin: string,
    lot: string,
    { from = 0, limit = MAX_ROWS }: { readonly from?: number; readonly limit?: number } = {},
  ): Promise<readonly LotEntry[]> {
    const { rows } = await this.queries.query<EntryRow & { lot_seq: string }>(
      `SELECT lot_seq, idx, leaf_hash, data FROM (
         SELECT lot_seq, idx, leaf_hash, data,
           sum(octet_length(data)) OVER (ORDER BY lot_seq) - octet_length(data) AS before
         FROM ${this.tables.entryLot} JOIN ${this.tables.entry} USING (log_id, idx)
         WHERE log_id = $1 AND lot = $2 AND lot_seq >= $3 ORDER BY lot_seq LIMIT $4) AS page
       WHERE before < $5 ORDER BY lot_seq`,
      [await this.id(origin), storable(lot), from, Math.min(limit, MAX_ROWS), MAX_BYTES],
    );
    return rows.map((row) => ({ ...storedEntry(origin, row), lotSequence: toCount(row.lot_seq) }));
  }

  /** The lot at this facility; undefined when no entry names it. */
  async lotState(origin: string, lot: string): Promise<LotRecord | undefined> {
    return (await this.lotStates(origin, [lot])).get(lot);
  }

  async lotStates(origin: string, lots: readonly string[]): Promise<ReadonlyMap<string, LotRecord>> {
    const { rows } = await this.queries.query<{ next_seq: string; state: LotState }>(
      `SELECT next_seq, state FROM ${this.tables.lotState}
       WHERE log_id = $1 AND lot = ANY ($2) AND state IS NOT NULL`,
      [await this.id(origin), lots.map(storable)],
    );
    return new Map(rows.map(({ next_seq: next, state }) => [state.lot, { state, entries: toCount(next) }]));
  }

  /** Lots that were ever in this facility's custody, in the order of their ids. */
  async listLots(
    origin: string,
    page: { readonly after?: string; readonly limit: number; readonly standing?: Standing },
  ): Promise<LotPage> {
    const limit = Math.min(page.limit, MAX_ROWS);
    const standing = page.standing === undefined ? '' : `AND state ->> 'standing' = $4`;
    const { rows } = await this.queries.query<{ next_seq: string; state: LotState }>(
      `SELECT next_seq, state FROM ${this.tables.lotState}
       WHERE log_id = $1 AND lot > $2 AND state @> '{"known": true}' ${standing} ORDER BY lot LIMIT $3`,
      [
        await this.id(origin),
        storable(page.after ?? ''),
        limit + 1,
        ...(page.standing === undefined ? [] : [page.standing]),
      ],
    );
    const lots = rows
      .slice(0, limit)
      .map(({ next_seq: next, state }): LotRecord => ({ state, entries: toCount(next) }));
    const last = rows.length > limit ? lots.at(-1)?.state.lot : undefined;
    return last === undefined ? { lots } : { lots, next: last };
  }

  /** Root hash of the log's first `size` entries, lowercase hex. @throws LedgerError `out-of-range` */
  async rootAt(origin: string, size: number): Promise<string> {
    return (await this.tree(origin)).rootAt(size);
  }

  /** That entry `index` is in the tree of the first `size` entries. @throws LedgerError `out-of-range` */
  async inclusionProof(origin: string, index: number, size: number): Promise<readonly Uint8Array[]> {
    return (await this.tree(origin)).inclusionProof(index, size);
  }

  /** That the first `oldSize` of the first `newSize` entries are still the same. @throws `out-of-range` */
  async consistencyProof(origin: string, oldSize: number, newSize: number): Promise<readonly Uint8Array[]> {
    return (await this.tree(origin)).consistencyProof(oldSize, newSize);
  }

  /** A tile or entry bundle, full or partial; undefined where the log has not got that far. */
  async tile(origin: string, tile: TileCoordinate): Promise<Uint8Array | undefined> {
    const head = await this.headRow(origin);
    if (tile.width < 1 || tile.width > tileWidth(tile.level, tile.index, head.size)) return undefined;
    return new TreeReader(this.queries, this.tables, head).tile(tile);
  }

  /** The published checkpoint of this size, or of the largest. */
  async publishedCheckpoint(origin: string, size?: number): Promise<PublishedCheckpoint | undefined> {
    const { rows } = await this.queries.query<{ note: string }>(
      `SELECT note FROM ${this.tables.checkpoint}
       WHERE log_id = $1 AND ($2::bigint IS NULL OR size = $2) ORDER BY size DESC LIMIT 1`,
      [await this.id(origin), size ?? null],
    );
    return rows[0] && readCheckpointNote(rows[0].note);
  }

  private async tree(origin: string): Promise<TreeReader> {
    return new TreeReader(this.queries, this.tables, await this.headRow(origin));
  }

  private async headRow(origin: string): Promise<HeadRow> {
    const head = await readHead(this.queries, this.tables, { origin });
    this.ids.set(origin, head.id);
    return head;
  }

  private async id(origin: string): Promise<number> {
    return this.ids.get(origin) ?? (await this.headRow(origin)).id;
  }
}

/** Reads a checkpoint note without checking its signatures. @throws LedgerError `checkpoint-contradicts-log` */
export function readCheckpointNote(note: string): PublishedCheckpoint {
  const read = parseNote(note);
  const checkpoint = read.ok ? parseCheckpoint(read.value.text) : read;
  if (checkpoint.ok) return { ...checkpoint.value, note };
  throw new LedgerError(
    'checkpoint-contradicts-log',
    `No checkpoint: ${checkpoint.problems[0]?.detail ?? ''}`,
  );
}

/** Postgres texts cannot hold NUL, and no name of ours does: such a name is simply not found. */
function storable(name: string): string {
  return name.replaceAll('\0', '\ufffd');
}

function storedEntry(origin: string, row: EntryRow): StoredEntry {
  return { origin, index: toCount(row.idx), leaf: toHex(row.leaf_hash), data: row.data };
}
