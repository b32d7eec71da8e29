import type { LotState, RecordedEvent, CustodyEvent } from '@lodemark/domain';
import type {
  Checkpoint,
  PublicJwk,
  Receipt,
  RootLogEntry,
  RootReference,
  SignatureChecker,
  TileCoordinate,
} from '@lodemark/transparency';
import type { Pool, PoolClient, PoolConfig } from 'pg';
import type { BatchOutcome, CheckOutcome, EntryReference, EventPost, PostOutcome } from './post.js';

export { LedgerBusy, LedgerError, LedgerUnavailable, type LedgerErrorCode } from './ledger-error.js';
export type {
  BatchOutcome,
  CheckOutcome,
  ConflictOutcome,
  EntryReference,
  EventPost,
  PostOutcome,
  PostRefusal,
} from './post.js';

// Declared first so that others can compile against it; each declaration moves to its own file as it is written.

/** Schema of the ledger's tables unless another is named. */
export declare const DEFAULT_SCHEMA: 'ledger';

/** A pool with the time limits that the ledger relies on; `config` wins over the defaults. */
export declare function ledgerPool(config: PoolConfig): Pool;

export interface MigrationOptions {
  /** Connection URL of the role that owns the tables. */
  readonly ownerUrl: string;
  /** Existing role that the service connects as. */
  readonly serviceRole: string;
  readonly schema?: string;
}
/** Creates or upgrades the ledger's tables and grants the service role what it needs; safe to run again. */
export declare function runMigrations(options: MigrationOptions): Promise<void>;
/** Why the pool's role is not fit to serve a ledger; empty when it owns nothing and cannot alter entries. */
export declare function verifyRole(pool: Pool, schema?: string): Promise<readonly string[]>;
/** Which server settings make an acknowledged commit less than durable; empty when none. */
export declare function verifyDurability(pool: Pool): Promise<readonly string[]>;

export interface LedgerOptions {
  readonly pool: Pool;
  readonly clock: { now(): Date };
  readonly schema?: string;
  /** Milliseconds that a post waits for company; default 3. */
  readonly linger?: number;
  /** Posts per transaction; default 512. */
  readonly batchSize?: number;
  /** Posts waiting per log before the ledger is busy; default 8192. */
  readonly queueLimit?: number;
  /** Milliseconds during which a batch is tried again when the database is away; default 15,000. */
  readonly retryFor?: number;
}

/** Facility logs in one database. Several processes may serve one log: its head row orders them. */
export declare class Ledger {
  constructor(options: LedgerOptions);
  /** Makes the facility's log if it is not there yet. */
  open(origin: string): Promise<void>;
  /** Records one event. @throws LedgerError */
  post(origin: string, post: EventPost): Promise<PostOutcome>;
  /** Records several in the order given; `atomic`: all or none. One outcome per post. @throws LedgerBusy */
  postAll(
    origin: string,
    posts: readonly EventPost[],
    options?: { readonly atomic?: boolean },
  ): Promise<readonly BatchOutcome[]>;
  /** What would become of the posts, one after the other, without recording anything. */
  check(
    origin: string,
    posts: readonly EventPost[],
    options?: { readonly atomic?: boolean },
  ): Promise<readonly CheckOutcome[]>;
  /** The root checkpoint that later entries name as their causal past; a smaller one than before changes nothing. */
  noteVerifiedRoot(origin: string, root: RootReference): Promise<void>;
  /** Takes no more posts, and waits for those taken. */
  drain(): Promise<void>;
}

/** A log's head as of now. */
export interface LogHead {
  readonly origin: string;
  readonly size: number;
  /** Root hash at that size, lowercase hex. */
  readonly root: string;
  /** `recordedAt` of the last entry; null in an empty log. */
  readonly recordedAt: string | null;
  /** Facility logs: the last verified root checkpoint. Size 0 and the empty tree's hash before the first. */
  readonly verifiedRoot: RootReference;
}

export interface StoredEntry {
  readonly origin: string;
  readonly index: number;
  /** Lowercase hex. */
  readonly leaf: string;
  readonly data: Uint8Array;
}

export interface RootAppendContext {
  readonly head: LogHead;
  /** Put this into every entry built. */
  readonly recordedAt: string;
  /** The appending transaction: what is written with it commits with the entries or not at all. */
  readonly client: PoolClient;
  /** The statement that the log holds under this id. */
  findStatement(statementId: string): Promise<RecordedStatement | undefined>;
}
export interface RecordedStatement extends EntryReference {
  readonly statementId: string;
  readonly payloadDigest: string;
}
export interface RootLogAppend {
  readonly entry: RootLogEntry;
  /** For `statement` entries: unique in the log. */
  readonly statement?: { readonly statementId: string; readonly payloadDigest: string };
}

/** The network's root log in the registry's database. */
export declare class RootLog {
  constructor(options: {
    readonly pool: Pool;
    readonly clock: { now(): Date };
    readonly origin: string;
    readonly schema?: string;
    readonly retryFor?: number;
  });
  /** Makes the log if it is not there yet. */
  open(): Promise<void>;
  /**
   * Appends what `build` returns, under the head lock. `build` may run more than once (a lost connection, a
   * serialization failure) and must take what it decides by from the context. An error it throws rolls everything
   * back and comes out unchanged.
   */
  append(
    build: (context: RootAppendContext) => Promise<readonly RootLogAppend[]>,
  ): Promise<readonly EntryReference[]>;
}

/** One lot as a facility's log leaves it. */
export interface LotRecord {
  readonly state: LotState;
  /** Entries that name the lot so far: the next sequence number. */
  readonly entries: number;
}
export interface RecordedEntryOfEvent extends StoredEntry {
  readonly recordedAt: string;
  readonly receipt: Receipt;
  readonly event: CustodyEvent;
}
export interface LotEntry extends StoredEntry {
  readonly lotSequence: number;
}
export interface LotPage {
  readonly lots: readonly LotRecord[];
  /** Pass as `after` for the next page; absent on the last. */
  readonly next?: string;
}

/** Reads logs of both kinds; every answer is of committed entries. */
export declare class LedgerReader {
  constructor(options: { readonly pool: Pool; readonly schema?: string });
  origins(): Promise<readonly string[]>;
  head(origin: string): Promise<LogHead>;
  /** Entries from index `from` on, at most `limit` and at most about 4 MiB, but at least one if there is one. */
  entries(origin: string, from: number, limit: number): Promise<readonly StoredEntry[]>;
  entry(origin: string, index: number): Promise<StoredEntry | undefined>;
  entryByEventId(origin: string, eventId: string): Promise<RecordedEntryOfEvent | undefined>;
  /** The entries that name the lot (`*`: the whole facility), in log order, from sequence number `from` on. */
  entriesOfLot(
    origin: string,
    lot: string,
    page?: { readonly from?: number; readonly limit?: number },
  ): Promise<readonly LotEntry[]>;
  lotState(origin: string, lot: string): Promise<LotRecord | undefined>;
  lotStates(origin: string, lots: readonly string[]): Promise<ReadonlyMap<string, LotRecord>>;
  /** Lots in the order of their ids. */
  listLots(
    origin: string,
    page: { readonly after?: string; readonly limit: number; readonly standing?: LotState['standing'] },
  ): Promise<LotPage>;
  /** Root hash of the log's first `size` entries, lowercase hex. */
  rootAt(origin: string, size: number): Promise<string>;
  inclusionProof(origin: string, index: number, size: number): Promise<readonly Uint8Array[]>;
  consistencyProof(origin: string, oldSize: number, newSize: number): Promise<readonly Uint8Array[]>;
  /** A tile or entry bundle, full or partial; undefined where the log has not got that far. */
  tile(origin: string, tile: TileCoordinate): Promise<Uint8Array | undefined>;
  /** The published checkpoint of the largest size, or of this size. */
  publishedCheckpoint(origin: string, size?: number): Promise<PublishedCheckpoint | undefined>;
}

export interface PublishedCheckpoint extends Checkpoint {
  /** The signed note. */
  readonly note: string;
}

/** What a log's own services keep about it beside the entries. */
export declare class LogKeeping {
  constructor(options: { readonly pool: Pool; readonly schema?: string });
  /** Keeps a signed checkpoint after comparing it with the log; the first note of a size stays. */
  saveCheckpoint(origin: string, note: string): Promise<PublishedCheckpoint>;
  /** Index of the next entry that this relay publishes; 0 before the first. */
  relayCursor(origin: string, relay: string): Promise<number>;
  /** Moves the cursor forward or back if it still stands at `from`; false when it does not. */
  moveRelayCursor(
    origin: string,
    relay: string,
    move: { readonly from: number; readonly to: number },
  ): Promise<boolean>;
}

/** NOTIFY channel; the payload is the origin of the log that grew. */
export declare const APPEND_CHANNEL: 'lodemark_append';

export interface AuditOptions {
  readonly schema?: string;
  /** With `keyOf`: every signature is checked, too. */
  readonly signatures?: {
    readonly checker: SignatureChecker;
    keyOf(kid: string): Promise<PublicJwk | undefined>;
  };
}
export interface AuditFinding {
  readonly code: string;
  /** Entry the finding is about; null when it is the log as a whole. */
  readonly index: number | null;
  readonly detail: string;
}
/** Re-reads the whole log and re-derives everything that is derived; empty when all of it agrees. */
export declare function audit(
  pool: Pool,
  origin: string,
  options?: AuditOptions,
): Promise<readonly AuditFinding[]>;

/** All events that name the lot, parsed, in log order: what `refold` takes. */
export type LotHistory = readonly RecordedEvent[];
