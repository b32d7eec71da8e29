import { encodeEntry, equalBytes, leafHash, toHex, type RootLogEntry } from '@lodemark/transparency';
import type { Pool, PoolClient } from 'pg';
import { appendEntries, type Draft } from './append-entries.js';
import { createLog } from './create-log.js';
import { CommitUnknown } from './database-trouble.js';
import { LedgerError } from './ledger-error.js';
import { surviveBrokenConnections } from './ledger-pool.js';
import { lockHead, nextRecordedAt, publicHead, type HeadRow, type LogHead } from './log-head.js';
import type { EntryReference } from './post.js';
import type { LostEntries } from './lost-entries.js';
import { putBackRoot, type DeriveAgain } from './put-back-root.js';
import type { StatedAs } from './stated-as.js';
import { Tables, toCount } from './tables.js';
import { inTransaction, withRetries } from './transaction.js';

/** What stands in the log under a statement's id. */
export interface RecordedStatement extends EntryReference {
  readonly statementId: string;
  readonly payloadDigest: string;
}

/** What an append is built from, under the head lock. */
export interface RootAppendContext {
  readonly head: LogHead;
  /** Put this into every entry built. */
  readonly recordedAt: string;
  /** The appending transaction: what is written with it commits with the entries or not at all. */
  readonly client: PoolClient;
  /** The statement that the log holds under this id. */
  readonly findStatement: (statementId: string) => Promise<RecordedStatement | undefined>;
}

export interface RootLogAppend extends StatedAs {
  readonly entry: RootLogEntry;
}

export interface RootLogOptions {
  readonly pool: Pool;
  readonly clock: { now(): Date };
  readonly origin: string;
  readonly schema?: string;
  /** Milliseconds during which an append is tried again when the database is away; default 15,000. */
  readonly retryFor?: number;
}

type Build = (context: RootAppendContext) => Promise<readonly RootLogAppend[]>;

/** The network's root log in the registry's database. */
export class RootLog {
  private readonly tables: Tables;
  private readonly retryFor: number;

  constructor(private readonly options: RootLogOptions) {
    surviveBrokenConnections(options.pool);
    this.tables = new Tables(options.schema);
    this.retryFor = options.retryFor ?? 15_000;
  }

  /** Makes the log if it is not there yet; its first entry must be `genesis`. */
  async open(): Promise<void> {
    const { pool, origin } = this.options;
    await withRetries(this.retryFor, () =>
      inTransaction(pool, (client) => createLog(client, this.tables, { origin, kind: 'root' })),
    );
  }

  /**
   * Appends what `build` returns, under the head lock. `build` may run more than once (a lost connection, a
   * deadlock) and must take what it decides by from its context. An error of its own rolls everything back and
   * comes out unchanged.
   * @throws LedgerError, TransparencyError `entry-too-large`
   */
  async append(build: Build): Promise<readonly EntryReference[]> {
    // Set only while nobody can say whether it was committed.
    let unknown: Attempt | undefined;
    return withRetries(this.retryFor, async () => {
      let latest: Attempt | undefined;
      try {
        return await inTransaction(this.options.pool, async (client) => {
          const { origin } = this.options;
          const head = await lockHead(client, this.tables, { origin, kind: 'root' });
          if (unknown !== undefined && (await this.isCommitted(client, unknown))) return unknown.references;
          unknown = undefined;
          latest = await this.appendOnce(client, head, build);
          return latest.references;
        });
      } catch (error) {
        if (error instanceof CommitUnknown) unknown ??= latest;
        throw error;
      }
    });
  }

  /**
   * Puts back what a database restored from an older backup lacks; `derive` writes what follows from each entry.
   * @throws LedgerError `out-of-range` when the log has another size, `entry-misplaced` when an entry does not fit
   */
  putBack(lost: LostEntries, derive: DeriveAgain): Promise<LogHead> {
    const { pool, origin } = this.options;
    return putBackRoot({ pool, tables: this.tables, origin, lost, derive });
  }

  private async appendOnce(client: PoolClient, head: HeadRow, build: Build): Promise<Attempt> {
    const recordedAt = nextRecordedAt(head, this.options.clock.now());
    const findStatement = (id: string) => this.findStatement(client, head.id, id);
    const appends = await build({ head: publicHead(head), recordedAt, client, findStatement });
    const drafts = appends.map((append, i) => draftOf(append, { index: head.size + i, recordedAt }));
    await appendEntries(client, this.tables, { head, drafts, recordedAt });
    const references = drafts.map(({ leaf }, i) => ({ index: head.size + i, leaf: toHex(leaf), recordedAt }));
    return { logId: head.id, drafts, references };
  }

  /** Whether the log holds exactly what the attempt wrote: all of it or nothing, since it was one transaction. */
  private async isCommitted(client: PoolClient, { logId, drafts, references }: Attempt): Promise<boolean> {
    const { rows } = await client.query<{ leaf_hash: Buffer }>(
      `SELECT leaf_hash FROM ${this.tables.entry} WHERE log_id = $1 AND idx >= $2 ORDER BY idx LIMIT $3`,
      [logId, references[0]?.index ?? 0, drafts.length],
    );
    return (
      drafts.length > 0 &&
      rows.length === drafts.length &&
      rows.every(({ leaf_hash: leaf }, i) => equalBytes(leaf, drafts[i]?.leaf ?? new Uint8Array()))
    );
  }

  private async findStatement(
    client: PoolClient,
    logId: number,
    statementId: string,
  ): Promise<RecordedStatement | undefined> {
    const { rows } = await client.query<{
      idx: string;
      leaf_hash: Buffer;
      payload_digest: Buffer;
      recorded_at: Date;
    }>(
      `SELECT idx, leaf_hash, payload_digest, recorded_at FROM ${this.tables.entry}
       WHERE log_id = $1 AND event_id = $2 AND kind <> 'conflict'`,
      [logId, statementId],
    );
    const row = rows[0];
    return (
      row && {
        statementId,
        index: toCount(row.idx),
        leaf: toHex(row.leaf_hash),
        recordedAt: row.recorded_at.toISOString(),
        payloadDigest: toHex(row.payload_digest),
      }
    );
  }
}

interface Attempt {
  readonly logId: number;
  readonly drafts: readonly Draft[];
  readonly references: readonly EntryReference[];
}

function draftOf(
  { entry, statement }: RootLogAppend,
  { index, recordedAt }: { readonly index: number; readonly recordedAt: string },
): Draft {
  if (entry.recordedAt !== recordedAt) {
    throw new LedgerError(
      'entry-misplaced',
      `The entry carries ${entry.recordedAt} instead of ${recordedAt}.`,
    );
  }
  if ((entry.kind === 'genesis') !== (index === 0)) {
    throw new LedgerError('entry-misplaced', `A ${entry.kind} entry cannot stand at index ${index}.`);
  }
  if ((entry.kind === 'statement') !== (statement !== undefined)) {
    throw new LedgerError('entry-misplaced', 'Statements, and only statements, have a statementId.');
  }
  const data = encodeEntry(entry);
  return {
    kind: entry.kind,
    data,
    leaf: leafHash(data),
    ...(statement && { statement: { id: statement.statementId, payloadDigest: statement.payloadDigest } }),
  };
}
