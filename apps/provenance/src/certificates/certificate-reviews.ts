import { inTransaction } from '@lodemark/ledger';
import { canonicalize } from '@lodemark/transparency';
import type { Pool } from 'pg';
import { toCount } from '../database/tables.js';
import type { Cause } from '../rejudging/cause.js';
import { lockChanges, writeChange, type NewChange } from './certificate-changes.js';
import type { CertificateChangeKind } from './standing.js';

/** A lot and a policy document of which something was put on file. */
export interface Review {
  readonly id: number;
  readonly lot: string;
  readonly policy: string;
}

/** A certificate of a pass that is not revoked, and what happened to it last. */
export interface ReviewedCertificate {
  readonly id: string;
  readonly lot: string;
  readonly policy: string;
  /** That it certifies. */
  readonly verdict: string;
  readonly last: {
    readonly id: number;
    readonly what: CertificateChangeKind;
    readonly horizon: number;
  };
}

/** A verdict on the certificate's own question, given at a later horizon. */
export interface LaterVerdict {
  readonly id: string;
  readonly outcome: string;
  readonly horizon: number;
  /** Undefined when somebody asked before it was given anew. */
  readonly cause: Cause | undefined;
}

/** Another process moved on. */
export class ReviewOvertaken extends Error {
  override readonly name = 'ReviewOvertaken';
}

/** Which certificates are to be looked at again, and what was on file about them. */
export class CertificateReviews {
  constructor(private readonly pool: Pool) {}

  /** Looks at everything again that is not revoked: what a process of an earlier version put on file says nothing of it. */
  async begin(): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      await lockChanges(client);
      await client.query(
        `INSERT INTO asked.certificate_change (certificate, what, at, horizon, verdict)
         SELECT c.id, 'issued', c.issued_at, c.horizon, n.verdict
         FROM asked.certificate c JOIN asked.certificate_number n USING (number)
         WHERE NOT EXISTS (SELECT FROM asked.certificate_change h WHERE h.certificate = c.id) ORDER BY c.number`,
      );
      await client.query(
        `INSERT INTO asked.certificate_to_record (certificate) SELECT c.id FROM asked.certificate c
         WHERE NOT EXISTS (SELECT FROM asked.certificate_recorded r WHERE r.certificate = c.id)
         ON CONFLICT DO NOTHING`,
      );
      await client.query(
        `INSERT INTO asked.certificate_review (lot, policy)
         SELECT DISTINCT lot, policy FROM asked.certificate c WHERE NOT EXISTS (
           SELECT FROM asked.certificate_change h WHERE h.certificate = c.id AND h.what = 'revoked')`,
      );
    });
  }

  async pending(after: number, limit: number): Promise<readonly Review[]> {
    const { rows } = await this.pool.query<{ id: string; lot: string; policy: string }>(
      `SELECT id, lot, policy FROM asked.certificate_review WHERE id > $1 ORDER BY id LIMIT $2`,
      [after, limit],
    );
    return rows.map(({ id, ...row }) => ({ id: toCount(id), ...row }));
  }

  async certificates(reviews: readonly Review[]): Promise<readonly ReviewedCertificate[]> {
    const { rows } = await this.pool.query<{
      id: string;
      lot: string;
      policy: string;
      verdict: string;
      last: string;
      what: CertificateChangeKind;
      horizon: string;
    }>(
      `SELECT c.id, c.lot, c.policy, n.verdict, h.id AS last, h.what, h.horizon
       FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::text[]) AS r (lot, policy)) r
       JOIN asked.certificate c USING (lot, policy) JOIN asked.certificate_number n USING (number)
       JOIN LATERAL (SELECT id, what, horizon FROM asked.certificate_change WHERE certificate = c.id
         ORDER BY id DESC LIMIT 1) h ON true
       WHERE c.outcome IN ('PASS', 'PASS_EXCEPTION') AND h.what <> 'revoked' ORDER BY c.number`,
      [reviews.map(({ lot }) => lot), reviews.map(({ policy }) => policy)],
    );
    return rows.map(({ last, what, horizon, ...row }) => ({
      ...row,
      last: { id: toCount(last), what, horizon: toCount(horizon) },
    }));
  }

  /**
   * Verdicts that were given anew after what happened last, and the one of the latest horizon, in the order of their
   * horizons. A question that somebody asks about the past is none of them.
   */
  async laterVerdicts({ lot, policy, verdict, last }: ReviewedCertificate): Promise<readonly LaterVerdict[]> {
    const questions = await this.spellings({ lot, policy, verdict });
    const { rows } = await this.pool.query<{
      id: string;
      outcome: string;
      horizon: string;
      cause_origin: string | null;
      cause_idx: string | null;
    }>(
      `WITH later AS (
         SELECT q.id AS place, q.verdict AS id, v.outcome, q.horizon, r.cause_origin, r.cause_idx
         FROM asked.question q JOIN asked.verdict v ON v.id = q.verdict
         LEFT JOIN asked.rejudgement r ON r.question = q.id
         WHERE q.lot = $1 AND q.policy = $2 AND q.horizon > $3 AND q.question = ANY ($4::text[])
       )
       SELECT * FROM later WHERE cause_origin IS NOT NULL OR horizon = (SELECT max(horizon) FROM later)
       ORDER BY horizon, cause_origin IS NULL, place`,
      [lot, policy, last.horizon, questions],
    );
    return rows.map((row) => ({
      ...{ id: row.id, outcome: row.outcome, horizon: toCount(row.horizon) },
      cause:
        row.cause_origin === null
          ? undefined
          : { origin: row.cause_origin, index: toCount(row.cause_idx ?? 0) },
    }));
  }

  /** The certificate's question as it was written down: its members may stand in any order. */
  private async spellings({
    lot,
    policy,
    verdict,
  }: Pick<ReviewedCertificate, 'lot' | 'policy' | 'verdict'>): Promise<readonly string[]> {
    const { rows } = await this.pool.query<{ question: string; own: boolean }>(
      `SELECT question, bool_or(verdict = $3) AS own FROM asked.question WHERE lot = $1 AND policy = $2
       GROUP BY question`,
      [lot, policy, verdict],
    );
    const own = new Set(rows.filter((row) => row.own).map(({ question }) => canonical(question)));
    return rows.map(({ question }) => question).filter((question) => own.has(canonical(question)));
  }

  /**
   * Writes what was decided and strikes off what was looked at, in one transaction. @throws ReviewOvertaken when
   * something else happened to one of the certificates meanwhile
   */
  async settle(reviews: readonly Review[], decided: readonly DecidedChanges[]): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      if (decided.length > 0) await lockChanges(client);
      for (const { certificate, changes } of decided) {
        const { rows } = await client.query<{ last: string | null }>(
          `SELECT max(id) AS last FROM asked.certificate_change WHERE certificate = $1`,
          [certificate.id],
        );
        if (toCount(rows[0]?.last ?? 0) !== certificate.last.id) throw new ReviewOvertaken();
        for (const change of changes) await writeChange(client, change);
      }
      await client.query(`DELETE FROM asked.certificate_review WHERE id = ANY ($1::bigint[])`, [
        reviews.map(({ id }) => id),
      ]);
    });
  }
}

export interface DecidedChanges {
  readonly certificate: ReviewedCertificate;
  readonly changes: readonly NewChange[];
}

function canonical(question: string): string {
  // Bytes of our own, from a verdict that was given.
  return canonicalize(JSON.parse(question));
}
