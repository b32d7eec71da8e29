import { toHex } from '@lodemark/transparency';
import type { ClientBase } from 'pg';
import { appendEntries } from './append-entries.js';
import { changedLots, type BatchState } from './batch-state.js';
import { CommitUnknown } from './database-trouble.js';
import { FacilityBatch } from './facility-batch.js';
import { LedgerError } from './ledger-error.js';
import { loadBatchState } from './load-batch-state.js';
import type { HeadsAppender } from './heads-appender.js';
import { lockHead, nextRecordedAt, readHead, requireKind, type HeadRow } from './log-head.js';
import type { LogDatabase } from './log-database.js';
import type { BatchOutcome, CheckOutcome, EventPost } from './post.js';
import { inTransaction } from './transaction.js';

/** Posts that are decided together: one by itself, or an atomic group. */
export interface Unit {
  readonly posts: readonly EventPost[];
  readonly atomic: boolean;
}

/** What an attempt tried to commit, by `eventId`: its leaf hash in hex. */
export type Attempted = Map<string, string>;

/** The two ways in which posts meet a facility log: recorded in one transaction, or only decided. */
export class FacilityTransactions {
  constructor(
    private readonly options: LogDatabase,
    private readonly heads: HeadsAppender,
  ) {}

  /**
   * Decides and records units in one transaction. What an earlier attempt may have committed is found by its
   * `eventId` under the head lock, which nobody gets before the earlier transaction has ended (invariant 2);
   * `attempted` tells its events from repetitions.
   */
  async record(
    origin: string,
    units: readonly Unit[],
    attempted: Attempted,
  ): Promise<readonly (readonly BatchOutcome[])[]> {
    const { pool, tables, clock } = this.options;
    let state: BatchState | undefined;
    let from = 0;
    try {
      const outcomes = await inTransaction(pool, async (client) => {
        const head = await lockHead(client, tables, { origin, kind: 'facility' });
        const batch = await this.batch(client, head, { units, now: clock.now() });
        const decided = units.map((unit) => decideUnit(batch.decisions, unit));
        from = head.size;
        state = batch.decisions.state;
        const { drafts } = state;
        await appendEntries(client, tables, {
          ...{ head, drafts, recordedAt: batch.recordedAt },
          lots: changedLots(state),
        });
        // A copy, because this attempt's own COMMIT may be lost, too.
        const unclaimed = new Map(attempted);
        return decided.map((unit) => unit.map((outcome) => ours(outcome, unclaimed)));
      });
      this.heads.follow(origin, from, state?.drafts ?? []);
      return outcomes;
    } catch (error) {
      if (error instanceof CommitUnknown) {
        for (const { statement, leaf } of state?.drafts ?? [])
          if (statement) attempted.set(statement.id, toHex(leaf));
      }
      throw error;
    }
  }

  /** What would become of the units, in order, from one snapshot and without a lock. */
  async check(origin: string, units: readonly Unit[]): Promise<readonly (readonly CheckOutcome[])[]> {
    const { pool, tables, clock } = this.options;
    return inTransaction(
      pool,
      async (client) => {
        const head = await readHead(client, tables, { origin });
        requireKind(head, 'facility');
        const { decisions } = await this.batch(client, head, { units, now: clock.now() });
        return units.map(({ posts, atomic }) => {
          const outcomes = atomic
            ? decisions.decideGroup(posts)
            : posts.map((post) => decisions.decide(post));
          return outcomes.map((outcome): CheckOutcome => {
            if (outcome.kind === 'recorded') return { kind: 'acceptable' };
            if (outcome.kind !== 'conflict' || outcome.conflict.index < head.size) return outcome;
            return { ...outcome, conflict: null };
          });
        });
      },
      'REPEATABLE READ READ ONLY',
    );
  }

  private async batch(
    client: ClientBase,
    head: HeadRow,
    { units, now }: { readonly units: readonly Unit[]; readonly now: Date },
  ): Promise<{ decisions: FacilityBatch; recordedAt: string }> {
    const posts = units.flatMap((unit) => unit.posts);
    const state = await loadBatchState(client, this.options.tables, { head, posts });
    const recordedAt = nextRecordedAt(head, now);
    return { decisions: new FacilityBatch(head, recordedAt, state), recordedAt };
  }
}

/** A defect that shows on one unit must not fail its neighbours; a post changes nothing before it is encoded. */
function decideUnit(decisions: FacilityBatch, { posts, atomic }: Unit): readonly BatchOutcome[] {
  const before = decisions.state;
  try {
    return atomic ? decisions.decideGroup(posts) : posts.map((post) => decisions.decide(post));
  } catch (cause) {
    decisions.state = before;
    const error = new LedgerError('undecidable', 'The ledger could not decide this post.', { cause });
    return posts.map(() => ({ kind: 'failed', error }));
  }
}

/** An event that is found again after an unknown commit was recorded by us, if it is our very entry. */
function ours(outcome: BatchOutcome, unclaimed: Attempted): BatchOutcome {
  if (outcome.kind !== 'repeated') return outcome;
  const { eventId, leaf } = outcome.receipt;
  if (unclaimed.get(eventId) !== leaf) return outcome;
  unclaimed.delete(eventId);
  return { ...outcome, kind: 'recorded' };
}
