import type { RootReference } from '@lodemark/transparency';
import type { Pool } from 'pg';
import { createLog } from './create-log.js';
import { FacilityTransactions, type Unit } from './facility-transaction.js';
import { HeadsAppender } from './heads-appender.js';
import { LedgerError } from './ledger-error.js';
import { surviveBrokenConnections } from './ledger-pool.js';
import type { LogHead } from './log-head.js';
import { LogQueue, type QueueLimits } from './log-queue.js';
import type { LostEntries } from './lost-entries.js';
import type { BatchOutcome, CheckOutcome, EventPost, PostOutcome } from './post.js';
import { putBack } from './put-back.js';
import { Tables } from './tables.js';
import { inTransaction, withRetries } from './transaction.js';
import { noteVerifiedRoot } from './verified-root.js';

export interface LedgerOptions extends Partial<QueueLimits> {
  readonly pool: Pool;
  readonly clock: { now(): Date };
  readonly schema?: string;
}

const DEFAULT_LIMITS: QueueLimits = { linger: 3, batchSize: 512, queueLimit: 8_192, retryFor: 15_000 };

/** Facility logs in one database. Several processes may serve one log: its head row orders them. */
export class Ledger {
  private readonly pool: Pool;
  private readonly tables: Tables;
  private readonly transactions: FacilityTransactions;
  private readonly heads: HeadsAppender;
  private readonly limits: QueueLimits;
  private readonly queues = new Map<string, LogQueue>();
  private draining = false;

  constructor(options: LedgerOptions) {
    const { pool, clock, schema, ...limits } = options;
    surviveBrokenConnections(pool);
    this.pool = pool;
    this.tables = new Tables(schema);
    const parts = { pool, tables: this.tables, clock };
    this.heads = new HeadsAppender(parts);
    this.transactions = new FacilityTransactions(parts, this.heads);
    this.limits = { ...DEFAULT_LIMITS, ...limits };
  }

  /** Makes the facility's log if it is not there yet. @throws LedgerError `log-kind`, `unavailable` */
  async open(origin: string): Promise<void> {
    await withRetries(this.limits.retryFor, () =>
      inTransaction(this.pool, (client) => createLog(client, this.tables, { origin, kind: 'facility' })),
    );
  }

  /** Records one event. @throws LedgerError when it could not be decided */
  async post(origin: string, post: EventPost): Promise<PostOutcome> {
    const [outcome] = await this.postAll(origin, [post]);
    if (outcome === undefined)
      throw new LedgerError('undecidable', 'The ledger gave no answer for this post.');
    if (outcome.kind === 'failed') throw outcome.error;
    return outcome;
  }

  /**
   * Records several events in the order given; `atomic`: all of them or none. One outcome per post.
   * @throws LedgerBusy, and LedgerError `draining`, before anything was taken
   */
  async postAll(
    origin: string,
    posts: readonly EventPost[],
    { atomic = false }: { readonly atomic?: boolean } = {},
  ): Promise<readonly BatchOutcome[]> {
    if (this.draining) throw new LedgerError('draining', 'The ledger is shutting down.');
    if (posts.length === 0) return [];
    requireOwn(origin, posts);
    const outcomes = await this.queue(origin).add(unitsOf(posts, atomic));
    return outcomes.flat();
  }

  /** What would become of the posts, one after the other, without recording anything. @throws LedgerError */
  async check(
    origin: string,
    posts: readonly EventPost[],
    { atomic = false }: { readonly atomic?: boolean } = {},
  ): Promise<readonly CheckOutcome[]> {
    requireOwn(origin, posts);
    const outcomes = await withRetries(this.limits.retryFor, () =>
      this.transactions.check(origin, unitsOf(posts, atomic)),
    );
    return outcomes.flat();
  }

  /**
   * The root checkpoint that later entries name as their causal past. The caller has verified it; a smaller one
   * than before changes nothing. @throws LedgerError `root-contradicts` for another hash at the same size
   */
  noteVerifiedRoot(origin: string, root: RootReference): Promise<void> {
    return withRetries(this.limits.retryFor, () =>
      inTransaction(this.pool, (client) => noteVerifiedRoot(client, this.tables, { origin, root })),
    );
  }

  /**
   * Puts back what a database restored from an older backup lacks. Nothing may be posted to the log meanwhile.
   * @throws LedgerError `out-of-range` when the log has another size, `entry-misplaced` when an entry does not fit
   */
  putBack(origin: string, lost: LostEntries): Promise<LogHead> {
    return putBack({ pool: this.pool, tables: this.tables }, origin, lost);
  }

  /**
   * Appends how far each lot has got, unless nothing was recorded since that was last done; gives the head that a
   * checkpoint can be made of. @throws LedgerError `log-unknown`, `log-kind`, `unavailable`
   */
  appendHeads(origin: string): Promise<LogHead> {
    return withRetries(this.limits.retryFor, () => this.heads.append(origin));
  }

  /** Takes no more posts, and waits for those taken. */
  async drain(): Promise<void> {
    this.draining = true;
    await Promise.all([...this.queues.values()].map((queue) => queue.drained()));
  }

  private queue(origin: string): LogQueue {
    const known = this.queues.get(origin);
    if (known !== undefined) return known;
    const made = new LogQueue(origin, this.transactions, this.limits);
    this.queues.set(origin, made);
    return made;
  }
}

/** A log holds what its own facility says, whatever the caller has checked. */
function requireOwn(origin: string, posts: readonly EventPost[]): void {
  const foreign = posts.find(({ event }) => !origin.endsWith(`/log/${event.facility}`));
  if (foreign === undefined) return;
  throw new LedgerError('foreign-event', `${foreign.event.facility} does not speak in ${origin}.`);
}

function unitsOf(posts: readonly EventPost[], atomic: boolean): readonly Unit[] {
  return atomic ? [{ posts, atomic }] : posts.map((post) => ({ posts: [post], atomic }));
}
