import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { POOL } from '../database/pool.js';
import { toCount } from '../database/tables.js';
import type { Cause } from './cause.js';

/** A verdict on file that was given anew, at a later horizon, under the same document and with the same question. */
export interface Rejudgement {
  /** In the order in which they were committed. */
  readonly id: number;
  readonly lot: string;
  /** SHA-256 of the policy document. */
  readonly policy: string;
  /** Root log size that it was judged anew at. */
  readonly horizon: number;
  readonly before: JudgedOutcome;
  readonly after: JudgedOutcome;
  /** The entry that made it necessary, of a facility's log or of the root log; of several one. */
  readonly cause: Cause;
}

export interface JudgedOutcome {
  /** Of the verdict. */
  readonly id: string;
  readonly outcome: string;
}

interface Row {
  readonly id: string;
  readonly lot: string;
  readonly policy: string;
  readonly horizon: string;
  readonly before: string;
  readonly before_outcome: string;
  readonly after: string;
  readonly after_outcome: string;
  readonly cause_origin: string;
  readonly cause_idx: string;
}

/** What was judged anew because of what was recorded since: for whoever must act on it, each once, from where they were. */
@Injectable()
export class Rejudgements {
  constructor(@Inject(POOL) private readonly pool: Pool) {}

  /** Those after an id, in the order in which they were committed: none ever comes before one that was there. */
  async since(id: number, limit = 1_000): Promise<readonly Rejudgement[]> {
    const { rows } = await this.pool.query<Row>(
      `SELECT r.id, q.lot, q.policy, r.horizon, r.cause_origin, r.cause_idx,
         r.before, b.outcome AS before_outcome, r.after, a.outcome AS after_outcome
       FROM asked.rejudgement r JOIN asked.question q ON q.id = r.question
       JOIN asked.verdict b ON b.id = r.before JOIN asked.verdict a ON a.id = r.after
       WHERE r.id > $1 ORDER BY r.id LIMIT $2`,
      [id, limit],
    );
    return rows.map((row) => ({
      ...{ id: toCount(row.id), lot: row.lot, policy: row.policy, horizon: toCount(row.horizon) },
      before: { id: row.before, outcome: row.before_outcome },
      after: { id: row.after, outcome: row.after_outcome },
      cause: { origin: row.cause_origin, index: toCount(row.cause_idx) },
    }));
  }
}
