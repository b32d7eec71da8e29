import { DatabaseError, type Pool, type PoolClient } from 'pg';
import { CLIENT_TIMEOUT, CommitUnknown, ConnectionLost, isDatabaseTrouble } from './database-trouble.js';
import { LedgerError, LedgerUnavailable } from './ledger-error.js';

export type TransactionMode = 'READ COMMITTED' | 'REPEATABLE READ READ ONLY';

/**
 * Runs `work` in one transaction; an error of its own rolls back and comes out unchanged.
 * @throws CommitUnknown when nobody can say whether it was committed
 * @throws ConnectionLost when the connection could not be had or broke before
 */
export async function inTransaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
  mode: TransactionMode = 'READ COMMITTED',
): Promise<T> {
  const session = await Session.open(pool);
  try {
    await session.query(`BEGIN ISOLATION LEVEL ${mode}`);
    const result = await work(session.client);
    await session.commit();
    return result;
  } catch (error) {
    throw await session.abandon(error);
  } finally {
    session.close();
  }
}

/** One connection for one transaction, which knows whether it can still be trusted. */
class Session {
  private lost: Error | undefined;
  private readonly onError = (error: Error) => (this.lost ??= error);
  private readonly onEnd = () => (this.lost ??= new Error('The connection ended.'));

  private constructor(readonly client: PoolClient) {
    client.on('error', this.onError);
    client.on('end', this.onEnd);
  }

  static async open(pool: Pool): Promise<Session> {
    try {
      return new Session(await pool.connect());
    } catch (error) {
      throw new ConnectionLost(error);
    }
  }

  async query(text: string): Promise<void> {
    await this.client.query(text);
  }

  async commit(): Promise<void> {
    const command = await this.sendCommit();
    // Of a transaction that had failed the server says ROLLBACK, and raises no error.
    if (command !== 'COMMIT') throw new Error(`COMMIT was answered by ${command}.`);
  }

  private async sendCommit(): Promise<string> {
    try {
      return (await this.client.query('COMMIT')).command;
    } catch (error) {
      // Only an ordinary ERROR of a living session says for sure that nothing was committed.
      if (error instanceof DatabaseError && !endsSession(error)) throw error;
      this.lost ??= asError(error);
      throw new CommitUnknown(error);
    }
  }

  /** Rolls back what can be, and tells a lost connection from an error of the work's own. */
  async abandon(error: unknown): Promise<unknown> {
    if (error instanceof CommitUnknown) return error;
    if (error instanceof Error && error.message === CLIENT_TIMEOUT) this.lost ??= error;
    if (this.lost === undefined) {
      try {
        await this.client.query('ROLLBACK');
      } catch (second) {
        this.lost ??= asError(second);
      }
    }
    const fromStatement = error instanceof DatabaseError && !endsSession(error);
    return this.lost === undefined || fromStatement ? error : new ConnectionLost(error);
  }

  close(): void {
    this.client.off('error', this.onError);
    this.client.off('end', this.onEnd);
    this.client.release(this.lost);
  }
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

function endsSession(error: DatabaseError): boolean {
  return error.severity === 'FATAL' || error.severity === 'PANIC' || /^(08|57P)/.test(error.code ?? '');
}

/**
 * What a read outside of a transaction failed by, as the ledger's own error: pg tells of a lost connection in many
 * ways, and of everything else in a `DatabaseError`.
 */
export function asReadError(error: unknown): unknown {
  const isRefusal = error instanceof DatabaseError && !isDatabaseTrouble(error);
  return isRefusal || error instanceof LedgerError ? error : new LedgerUnavailable('not-recorded', error);
}

/** Whether the database, rather than our own code, refused what was asked. */
export function isDatabaseRefusal(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && !isDatabaseTrouble(error);
}

const FIRST_PAUSE = 20;
const LONGEST_PAUSE = 1_000;

/**
 * Runs `attempt` again after transient errors, with full jitter, for `retryFor` milliseconds. An attempt must
 * begin by looking up what an earlier one may have committed. Other errors come out at once and unchanged.
 * @throws LedgerUnavailable
 */
export async function withRetries<T>(retryFor: number, attempt: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + retryFor;
  let unknown = false;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    try {
      return await attempt();
    } catch (error) {
      if (!isDatabaseTrouble(error)) throw error;
      unknown ||= error instanceof CommitUnknown;
      if (performance.now() >= deadline) {
        throw new LedgerUnavailable(unknown ? 'unknown' : 'not-recorded', error);
      }
    }
    await sleep(Math.random() * pause);
  }
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
