import { randomUUID } from 'node:crypto';
import type { StatusPurpose } from '@lodemark/certificate';
import { inTransaction } from '@lodemark/ledger';
import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { POOL } from '../database/pool.js';
import { toCount } from '../database/tables.js';
import type { Cause } from '../rejudging/cause.js';
import { lockChanges, writeChange } from './certificate-changes.js';

/** A certificate that was issued. */
export interface IssuedCertificate {
  readonly id: string;
  /** Its place in the status lists. */
  readonly number: number;
  /** SHA-256 of the vc+jwt, lowercase hex. */
  readonly digest: string;
  readonly jwt: string;
  readonly lot: string;
  readonly policy: string;
  readonly outcome: string;
  readonly horizon: number;
  readonly issuedAt: Date;
  /** Where the root log names it; undefined until the registry has recorded it. */
  readonly rootIndex: number | undefined;
}

/** A bit of a certificate's status that was set or cleared, and why. */
export interface ChangedBit {
  readonly purpose: StatusPurpose;
  readonly isSet: boolean;
  readonly reason: string;
  readonly at: Date;
  /** The verdict that it follows from, and the entry that made it come out otherwise. */
  readonly verdict: string;
  readonly cause: Cause;
}

/** A certificate and the verdict that it certifies, as it is kept. */
export type MadeCertificate = Omit<IssuedCertificate, 'rootIndex'> & {
  readonly issuedBy: string;
  readonly verdict: string;
};

interface Row {
  id: string;
  number: string;
  digest: string;
  jwt: string;
  lot: string;
  policy: string;
  outcome: string;
  horizon: string;
  issued_at: Date;
  root_index: string | null;
}

interface ChangeRow extends Pick<ChangedBit, 'purpose' | 'reason' | 'at' | 'verdict'> {
  readonly certificate: string;
  readonly is_set: boolean;
  readonly cause_origin: string;
  readonly cause_idx: string;
}

export interface CertificatePage {
  /** Number after which it begins. */
  readonly after: number;
  readonly limit: number;
  /** Undefined: whatever they are on. */
  readonly lots?: readonly string[] | undefined;
}

const SELECT = `SELECT c.*, r.root_index FROM asked.certificate c
  LEFT JOIN asked.certificate_recorded r ON r.certificate = c.id`;

/** The certificates that this service issued. */
@Injectable()
export class CertificateStore {
  constructor(@Inject(POOL) private readonly pool: Pool) {}

  /** A number for the certificate of this verdict for this party, the same one every time. */
  async number(verdict: string, issuedTo: string): Promise<number> {
    await this.pool.query(
      `INSERT INTO asked.certificate_number (verdict, issued_to) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
      [verdict, issuedTo],
    );
    const { rows } = await this.pool.query<{ number: string }>(
      `SELECT number FROM asked.certificate_number WHERE verdict = $1 AND issued_to = $2`,
      [verdict, issuedTo],
    );
    return toCount(rows[0]?.number ?? '');
  }

  /** The certificate of this verdict for this party, where there is one. */
  async ofVerdict(verdict: string, issuedTo: string): Promise<IssuedCertificate | undefined> {
    return this.one(
      `${SELECT} JOIN asked.certificate_number n USING (number) WHERE n.verdict = $1 AND n.issued_to = $2`,
      [verdict, issuedTo],
    );
  }

  newId(): string {
    return randomUUID();
  }

  /**
   * Keeps it before anybody else sees it, with the task to hand it in and to look at what was judged meanwhile; of two at
   * once the first wins for both.
   */
  async keep(made: MadeCertificate): Promise<void> {
    const { id, lot, policy, outcome, horizon, issuedAt: at, verdict } = made;
    await inTransaction(this.pool, async (client) => {
      const { rowCount } = await client.query(
        `INSERT INTO asked.certificate (id, number, digest, jwt, lot, policy, outcome, horizon, issued_at, issued_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (number) DO NOTHING`,
        [id, made.number, made.digest, made.jwt, lot, policy, outcome, horizon, at, made.issuedBy],
      );
      if (rowCount === 0) return;
      await client.query(`INSERT INTO asked.certificate_to_record (certificate) VALUES ($1)`, [id]);
      await client.query(`INSERT INTO asked.certificate_review (lot, policy) VALUES ($1, $2)`, [lot, policy]);
      await lockChanges(client);
      await writeChange(client, { certificate: id, what: 'issued', at, horizon, verdict, outcome });
    });
  }

  async recorded(id: string, rootIndex: number): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      await client.query(
        `INSERT INTO asked.certificate_recorded (certificate, root_index) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
        [id, rootIndex],
      );
      await client.query(`DELETE FROM asked.certificate_to_record WHERE certificate = $1`, [id]);
    });
  }

  /** Those that the root log does not name yet, in the order of their issue, after a number. */
  async unrecorded(after: number, limit: number): Promise<readonly IssuedCertificate[]> {
    const { rows } = await this.pool.query<Row>(
      `${SELECT} JOIN asked.certificate_to_record t ON t.certificate = c.id WHERE c.number > $1
       ORDER BY c.number LIMIT $2`,
      [after, limit],
    );
    return rows.map(issued);
  }

  async byNumber(number: number): Promise<IssuedCertificate | undefined> {
    return this.one(`${SELECT} WHERE c.number = $1`, [number]);
  }

  async find(id: string): Promise<IssuedCertificate | undefined> {
    return this.one(`${SELECT} WHERE c.id = $1`, [id]);
  }

  /** After a number, in the order of their issue: all, or those on these lots. */
  async list({ after, limit, lots }: CertificatePage): Promise<readonly IssuedCertificate[]> {
    const { rows } = await this.pool.query<Row>(
      `${SELECT} WHERE c.number > $1 AND ($3::text[] IS NULL OR c.lot = ANY ($3::text[]))
       ORDER BY c.number LIMIT $2`,
      [after, limit, lots ?? null],
    );
    return rows.map(issued);
  }

  /** Of each of the certificates, in their order. */
  async changes(ids: readonly string[]): Promise<ReadonlyMap<string, readonly ChangedBit[]>> {
    const { rows } = await this.pool.query<ChangeRow>(
      `SELECT s.certificate, s.purpose, s.is_set, s.reason, s.at, h.verdict, h.cause_origin, h.cause_idx
       FROM asked.certificate_status s JOIN asked.certificate_change h ON h.id = s.change
       WHERE s.certificate = ANY ($1::uuid[]) ORDER BY s.id`,
      [ids],
    );
    const changes = new Map<string, ChangedBit[]>();
    for (const { certificate, is_set: isSet, cause_origin: origin, cause_idx: idx, ...row } of rows) {
      const change = { ...row, isSet, cause: { origin, index: toCount(idx) } };
      changes.set(certificate, [...(changes.get(certificate) ?? []), change]);
    }
    return changes;
  }

  private async one(query: string, values: readonly unknown[]): Promise<IssuedCertificate | undefined> {
    const { rows } = await this.pool.query<Row>(query, [...values]);
    return rows[0] && issued(rows[0]);
  }
}

function issued(row: Row): IssuedCertificate {
  return {
    ...{
      id: row.id,
      digest: row.digest,
      jwt: row.jwt,
      lot: row.lot,
      policy: row.policy,
      outcome: row.outcome,
    },
    ...{ number: toCount(row.number), horizon: toCount(row.horizon), issuedAt: row.issued_at },
    rootIndex: row.root_index === null ? undefined : toCount(row.root_index),
  };
}
