import { inTransaction } from '@lodemark/ledger';
import type { Question, Verdict } from '@lodemark/policy';
import type { Pool, PoolClient } from 'pg';
import { toCount } from '../database/tables.js';
import { putOnFile } from '../verdicts/verdict-store.js';
import type { Cause } from './cause.js';

/** Up to `settled` all that was recorded is answered for; work towards `target` is under way when that is beyond. */
export interface Progress {
  readonly settled: number;
  readonly target: number;
}

/** The last verdict on file of a lot under one document with one question. */
export interface VerdictOnFile {
  readonly id: string;
  readonly lot: string;
  readonly document: string;
  readonly question: Question;
  readonly horizon: number;
}

/** A verdict that was put on file at a horizon that had been passed already. */
export interface OvertakenVerdict extends VerdictOnFile {
  /** Of the question. */
  readonly place: number;
}

export interface GivenAnew {
  readonly before: VerdictOnFile;
  readonly verdict: Verdict;
  readonly cause: Cause;
}

/** Somebody else moved the work on. */
export class ProgressMoved extends Error {
  override readonly name = 'ProgressMoved';
}

const LATEST = `SELECT DISTINCT ON (lot, policy, question) verdict AS id, lot, policy, question, horizon
  FROM asked.question WHERE lot = ANY ($1::text[]) ORDER BY lot, policy, question, horizon DESC, id DESC`;

interface Row {
  readonly id: string;
  readonly lot: string;
  readonly policy: string;
  readonly question: string;
  readonly horizon: string;
}

/**
 * How far re-judging has come, and what it found. Every step holds the row of progress: `VerdictStore.keep` looks at it
 * under the same lock, so that a verdict is either on file when the work towards a horizon begins, or overtaken by it.
 */
export class RejudgingFile {
  constructor(private readonly pool: Pool) {}

  /** Begins at the first verdict on file, when there is one from before there was re-judging. */
  async progress(): Promise<Progress> {
    const { rows } = await this.pool.query<{ settled: string; target: string }>(
      `SELECT settled, target FROM asked.rejudging`,
    );
    const [row] = rows;
    if (row !== undefined) return { settled: toCount(row.settled), target: toCount(row.target) };
    await this.pool.query(
      `INSERT INTO asked.rejudging (settled, target)
       SELECT first, first FROM (SELECT coalesce(min(horizon), 0) AS first FROM asked.question) q
       ON CONFLICT DO NOTHING`,
    );
    return this.progress();
  }

  /** From now on verdicts that are put on file at an earlier horizon are overtaken. @throws ProgressMoved */
  async aim({ settled }: Progress, target: number): Promise<void> {
    const { rowCount } = await this.pool.query(
      `UPDATE asked.rejudging SET target = $2 WHERE settled = $1 AND target = $1`,
      [settled, target],
    );
    if (rowCount !== 1) throw new ProgressMoved();
  }

  /** @throws ProgressMoved */
  async settle({ settled, target }: Progress): Promise<void> {
    const { rowCount } = await this.pool.query(
      `UPDATE asked.rejudging SET settled = $2 WHERE settled = $1 AND target = $2`,
      [settled, target],
    );
    if (rowCount !== 1) throw new ProgressMoved();
  }

  /** Lots with verdicts on file that were given before the horizon, in order, after one. */
  async lots(horizon: number, page: { readonly after: string; readonly limit: number }): Promise<string[]> {
    const { rows } = await this.pool.query<{ lot: string }>(
      `SELECT DISTINCT lot FROM asked.question WHERE lot > $1 AND horizon < $2 ORDER BY lot LIMIT $3`,
      [page.after, horizon, page.limit],
    );
    return rows.map(({ lot }) => lot);
  }

  /** The last verdicts of these lots, as far as they were given before the horizon. */
  async before(horizon: number, lots: readonly string[]): Promise<readonly VerdictOnFile[]> {
    const { rows } = await this.pool.query<Row>(
      `SELECT * FROM (${LATEST}) latest WHERE horizon < $2 ORDER BY lot, policy, question`,
      [lots, horizon],
    );
    return rows.map(onFile);
  }

  /** Verdicts that work has passed by, the first ones first. */
  async overtaken(limit: number): Promise<readonly OvertakenVerdict[]> {
    const { rows } = await this.pool.query<Row & { readonly place: string }>(
      `SELECT q.id AS place, q.verdict AS id, q.lot, q.policy, q.question, q.horizon
       FROM asked.overtaken o JOIN asked.question q ON q.id = o.question ORDER BY q.id LIMIT $1`,
      [limit],
    );
    return rows.map((row) => ({ ...onFile(row), place: toCount(row.place) }));
  }

  /**
   * Keeps what was given anew, each once however often it is tried, and strikes off what was overtaken, in one
   * transaction. @throws ProgressMoved
   */
  async record(
    { settled, target }: Progress,
    {
      given,
      overtaken = [],
      at,
    }: { readonly given: readonly GivenAnew[]; readonly overtaken?: readonly number[]; readonly at: Date },
  ): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      const { rowCount } = await client.query(
        `SELECT FROM asked.rejudging WHERE settled = $1 AND target = $2 FOR UPDATE`,
        [settled, target],
      );
      if (rowCount !== 1) throw new ProgressMoved();
      for (const one of given) await recordOne(client, one, at);
      await client.query(`DELETE FROM asked.overtaken WHERE question = ANY ($1::bigint[])`, [overtaken]);
    });
  }
}

/** Who the questions are asked by that nobody asked. */
const ASKED_BY = 'provenance';

async function recordOne(client: PoolClient, { before, verdict, cause }: GivenAnew, at: Date): Promise<void> {
  const horizon = verdict.horizon.size;
  const known = await client.query(`SELECT FROM asked.rejudgement WHERE before = $1 AND horizon = $2`, [
    before.id,
    horizon,
  ]);
  if (known.rowCount !== 0) return;
  const { id, place } = await putOnFile(client, verdict, { askedBy: ASKED_BY, askedAt: at });
  await client.query(
    `INSERT INTO asked.rejudgement (rejudged_at, question, horizon, before, after, cause_origin, cause_idx)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [at, place, horizon, before.id, id, cause.origin, cause.index],
  );
}

function onFile({ id, lot, policy, question, horizon }: Row): VerdictOnFile {
  // Bytes of our own, from a verdict that was given.
  return { id, lot, document: policy, question: JSON.parse(question) as Question, horizon: toCount(horizon) };
}
