import { inTransaction } from '@lodemark/ledger';
import { canonicalBytes, sha256Hex } from '@lodemark/transparency';
import type { Verdict } from '@lodemark/policy';
import { Inject, Injectable } from '@nestjs/common';
import type { Pool, PoolClient } from 'pg';
import { POOL } from '../database/pool.js';
import { toCount } from '../database/tables.js';

export interface AskedQuestion {
  readonly askedBy: string;
  readonly askedAt: Date;
}

/** A verdict that was given, as the list of them has it. */
export interface KeptVerdict {
  /** Place in the list of all verdicts given, in the order of their first being asked for. */
  readonly place: number;
  readonly id: string;
  readonly verdict: Verdict;
  readonly firstAskedAt: Date;
  /** By somebody: 0 for one that was only given anew. */
  readonly timesAsked: number;
  /** Why it was given in the place of another one, when it was. */
  readonly givenAnew: GivenAnewBecause | undefined;
}

export interface GivenAnewBecause {
  /** The verdict that it took the place of. */
  readonly before: string;
  /** Log and index of the entry that made it necessary. */
  readonly origin: string;
  readonly index: number;
}

interface Page {
  /** Place after which it begins. */
  readonly after: number;
  readonly limit: number;
}

/** The questions that were asked and the verdicts given, each verdict by the SHA-256 of its canonical bytes. */
@Injectable()
export class VerdictStore {
  constructor(@Inject(POOL) private readonly pool: Pool) {}

  /** Keeps the answer; its id, lowercase hex. The same answer again has the same id. */
  async keep(verdict: Verdict, asked: AskedQuestion): Promise<string> {
    return inTransaction(this.pool, async (client) => {
      // Under the lock that re-judging moves on under: what it has passed by it must be told of. Taken first, as it
      // takes it: it may be putting the same verdict on file.
      const { rows } = await client.query<{ target: string }>(`SELECT target FROM asked.rejudging FOR SHARE`);
      const { id, place } = await putOnFile(client, verdict, asked);
      if (toCount(rows[0]?.target ?? 0) > verdict.horizon.size)
        await client.query(`INSERT INTO asked.overtaken (question) VALUES ($1)`, [place]);
      return id;
    });
  }

  /** The canonical bytes of a verdict that was given. */
  async find(id: string): Promise<Uint8Array | undefined> {
    const { rows } = await this.pool.query<{ bytes: Buffer }>(
      `SELECT bytes FROM asked.verdict WHERE id = $1`,
      [id],
    );
    return rows[0]?.bytes;
  }

  /** The verdicts given on a lot, in the order of their first being asked for, after a place. */
  ofLot(lot: string, page: Page): Promise<readonly KeptVerdict[]> {
    return this.listed(page, { lot, under: undefined });
  }

  /** All verdicts given, or those under the policy of a name, in that order. */
  all({ under, ...page }: Page & { readonly under: string | undefined }): Promise<readonly KeptVerdict[]> {
    return this.listed(page, { lot: undefined, under });
  }

  /** How many these are. */
  async count(under: string | undefined): Promise<number> {
    const { rows } = await this.pool.query<{ count: string }>(
      `SELECT count(*) FROM asked.verdict WHERE $1::text IS NULL OR ${POLICY_ID} = $1`,
      [under ?? null],
    );
    return toCount(rows[0]?.count ?? '0');
  }

  private async listed(
    { after, limit }: Page,
    { lot, under }: { readonly lot: string | undefined; readonly under: string | undefined },
  ): Promise<readonly KeptVerdict[]> {
    const { rows } = await this.pool.query<{
      place: string;
      id: string;
      bytes: Buffer;
      first_asked_at: Date;
      times_asked: string;
      before: string | null;
      cause_origin: string;
      cause_idx: string;
    }>(
      `SELECT q.place, v.id, v.bytes, q.first_asked_at, q.times_asked, r.before, r.cause_origin, r.cause_idx FROM (
         SELECT verdict, min(q.id) AS place, min(asked_at) AS first_asked_at,
           count(*) FILTER (WHERE anew.id IS NULL) AS times_asked, min(anew.id) AS anew
         FROM asked.question q JOIN asked.verdict v ON v.id = q.verdict
         LEFT JOIN asked.rejudgement anew ON anew.question = q.id
         WHERE ($1::text IS NULL OR q.lot = $1) AND ($2::text IS NULL OR ${POLICY_ID} = $2)
         GROUP BY verdict HAVING min(q.id) > $3 ORDER BY min(q.id) LIMIT $4
       ) q JOIN asked.verdict v ON v.id = q.verdict LEFT JOIN asked.rejudgement r ON r.id = q.anew
       ORDER BY q.place`,
      [lot ?? null, under ?? null, after, limit],
    );
    return rows.map((row) => ({
      ...{ place: toCount(row.place), id: row.id, verdict: verdictOf(row.bytes) },
      ...{ firstAskedAt: row.first_asked_at, timesAsked: toCount(row.times_asked) },
      givenAnew:
        row.before === null
          ? undefined
          : { before: row.before, origin: row.cause_origin, index: toCount(row.cause_idx) },
    }));
  }
}

/** Name of the policy that a verdict was given under, out of its bytes. */
const POLICY_ID = `(convert_from(bytes, 'UTF8')::jsonb #>> '{policy,id}')`;

/**
 * Puts a verdict and the question that it answers on file; the place of the question. With it goes the task to look at
 * the certificates of the lot under the document again, so that none can be committed without the other.
 */
export async function putOnFile(
  client: PoolClient,
  verdict: Verdict,
  asked: AskedQuestion,
): Promise<{ readonly id: string; readonly place: number }> {
  const bytes = canonicalBytes(verdict);
  const id = sha256Hex(bytes);
  await client.query(
    `INSERT INTO asked.verdict (id, bytes, lot, outcome) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
    [id, bytes, verdict.lot, verdict.outcome],
  );
  const { rows } = await client.query<{ id: string }>(
    `WITH review AS (INSERT INTO asked.certificate_review (lot, policy) VALUES ($3, $4))
     INSERT INTO asked.question (asked_at, asked_by, lot, policy, question, horizon, verdict)
     VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`,
    [
      ...[asked.askedAt, asked.askedBy, verdict.lot, verdict.policy.document],
      ...[JSON.stringify(verdict.question), verdict.horizon.size, id],
    ],
  );
  return { id, place: toCount(rows[0]?.id ?? 0) };
}

/** Bytes of our own, under a digest that the database checks. */
export function verdictOf(bytes: Uint8Array): Verdict {
  return JSON.parse(new TextDecoder().decode(bytes)) as Verdict;
}
