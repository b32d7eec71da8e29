import type { Attempted, FacilityTransactions, Unit } from './facility-transaction.js';
import { LedgerBusy, LedgerError } from './ledger-error.js';
import type { BatchOutcome } from './post.js';
import { isDatabaseRefusal, sleep, withRetries } from './transaction.js';

export interface QueueLimits {
  /** Milliseconds that a post waits for company. */
  readonly linger: number;
  /** Posts per transaction; an atomic group is never divided. */
  readonly batchSize: number;
  /** Posts waiting before the log is busy. */
  readonly queueLimit: number;
  /** Milliseconds after a post's arrival during which it is tried again when the database is away. */
  readonly retryFor: number;
}

/** UTF-16 code units of JWS per transaction: what is held in memory and in one statement stays bounded. */
const BATCH_LENGTH = 4 * 1024 * 1024;

/** Milliseconds for which a batch is tried at least, however long it has waited. */
const LEAST_PATIENCE = 1_000;

/** Milliseconds without a further post after which no more are waited for. */
const STILL_COMING = 1;

/** How many times the linger posts are waited for at most, while they keep coming. */
const LONGEST_LINGERS = 5;

interface Waiting {
  readonly unit: Unit;
  readonly since: number;
  readonly settle: (outcomes: readonly BatchOutcome[]) => void;
}

/**
 * Posts to one log, gathered for a few milliseconds and written in one transaction after the other (group commit,
 * design.md section 4). What comes in during a transaction is the next one's batch.
 */
export class LogQueue {
  private readonly waiting: Waiting[] = [];
  private posts = 0;
  private isFlushing = false;
  private flushed: Promise<void> = Promise.resolve();
  /** Milliseconds per post of the recent past, for `retryAfter`. */
  private pace = 1;

  constructor(
    private readonly origin: string,
    private readonly transactions: FacilityTransactions,
    private readonly limits: QueueLimits,
  ) {}

  /** Takes all of the units or, when the queue is full, none of them. @throws LedgerBusy */
  add(units: readonly Unit[]): Promise<readonly (readonly BatchOutcome[])[]> {
    const posts = units.reduce((sum, unit) => sum + unit.posts.length, 0);
    // An empty queue takes even what is larger than its limit, which otherwise could never be posted.
    if (this.posts > 0 && this.posts + posts > this.limits.queueLimit) return Promise.reject(this.busy());
    const since = performance.now();
    const settled = units.map(
      (unit) =>
        new Promise<readonly BatchOutcome[]>((settle) => {
          this.waiting.push({ unit, since, settle });
        }),
    );
    this.posts += posts;
    if (!this.isFlushing) this.flushed = this.flush();
    return Promise.all(settled);
  }

  /** Waits until everything that was taken is settled. */
  async drained(): Promise<void> {
    while (this.isFlushing) await this.flushed;
  }

  private busy(): LedgerBusy {
    const expected = Math.ceil(this.posts * this.pace);
    return new LedgerBusy(Math.min(Math.max(expected, 100), 10_000));
  }

  private async flush(): Promise<void> {
    this.isFlushing = true;
    for (let first = this.waiting[0]; first !== undefined; first = this.waiting[0]) {
      await this.gather(first.since);
      const batch = this.takeBatch();
      const started = performance.now();
      await this.settle(batch);
      const count = batch.reduce((sum, { unit }) => sum + unit.posts.length, 0);
      this.posts -= count;
      this.pace = 0.8 * this.pace + (0.2 * (performance.now() - started)) / count;
    }
    // In the same step as the last look at the queue: nothing can be added in between and be forgotten.
    this.isFlushing = false;
  }

  /**
   * Waits for company, and for as long as more keeps coming: clients that were answered together post again together,
   * and whoever went ahead with the first of them would make the others wait for a transaction of its own.
   */
  private async gather(since: number): Promise<void> {
    const { linger, batchSize } = this.limits;
    let posts = 0;
    for (let pause = since + linger - performance.now(); ; pause = STILL_COMING) {
      if (this.posts >= batchSize || posts === this.posts) return;
      posts = this.posts;
      if (pause > 0) await sleep(pause);
      if (performance.now() - since >= LONGEST_LINGERS * linger) return;
    }
  }

  private takeBatch(): readonly Waiting[] {
    let posts = 0;
    let length = 0;
    let units = 0;
    for (const { unit } of this.waiting) {
      posts += unit.posts.length;
      length += unit.posts.reduce((sum, { jws }) => sum + jws.length, 0);
      if (units > 0 && (posts > this.limits.batchSize || length > BATCH_LENGTH)) break;
      units += 1;
    }
    return this.waiting.splice(0, units);
  }

  private async settle(batch: readonly Waiting[]): Promise<void> {
    // Measured from the first post's arrival: what waited through an outage is not made to wait for as long again.
    const waited = performance.now() - (batch[0]?.since ?? 0);
    const { retryFor } = this.limits;
    const patience = Math.max(retryFor - waited, Math.min(retryFor, LEAST_PATIENCE));
    const outcomes = await this.record(
      batch.map(({ unit }) => unit),
      patience,
    );
    batch.forEach(({ unit, settle }, i) => settle(outcomes[i] ?? unit.posts.map(() => lost())));
  }

  /** Never rejects. When the database refuses a batch, the halves are tried until the culprit stands alone. */
  private async record(
    units: readonly Unit[],
    patience: number,
  ): Promise<readonly (readonly BatchOutcome[])[]> {
    const attempted: Attempted = new Map();
    try {
      return await withRetries(patience, () => this.transactions.record(this.origin, units, attempted));
    } catch (error) {
      if (units.length > 1 && isDatabaseRefusal(error)) {
        const half = Math.ceil(units.length / 2);
        const first = await this.record(units.slice(0, half), patience);
        return [...first, ...(await this.record(units.slice(half), patience))];
      }
      const reason = asLedgerError(error);
      return units.map(({ posts }) => posts.map(() => ({ kind: 'failed', error: reason })));
    }
  }
}

function asLedgerError(error: unknown): LedgerError {
  if (error instanceof LedgerError) return error;
  return isDatabaseRefusal(error)
    ? new LedgerError('rejected-by-database', `The database refuses this post (${error.code ?? ''}).`, {
        cause: error,
      })
    : new LedgerError('undecidable', 'The ledger could not decide this batch.', { cause: error });
}

function lost(): BatchOutcome {
  return {
    kind: 'failed',
    error: new LedgerError('undecidable', 'The ledger gave no answer for this post.'),
  };
}
