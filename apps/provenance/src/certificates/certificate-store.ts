import { randomUUID } from 'node:crypto';
import type { StatusPurpose } from '@lodemark/certificate';
import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { POOL } from '../database/pool.js';
import { toCount } from '../database/tables.js';

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

export interface StatusChange {
  readonly purpose: StatusPurpose;
  readonly isSet: boolean;
  readonly reason: string;
  readonly at: Date;
}

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

  newId(): string {
    return randomUUID();
  }

  /** Keeps it before anybody else sees it; of two at once the first wins for both. */
  async keep(made: Omit<IssuedCertificate, 'rootIndex'> & { readonly issuedBy: string }): Promise<void> {
    await this.pool.query(
      `INSERT INTO asked.certificate (id, number, digest, jwt, lot, policy, outcome, horizon, issued_at, issued_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (number) DO NOTHING`,
      [
        ...[made.id, made.number, made.digest, made.jwt, made.lot, made.policy],
        ...[made.outcome, made.horizon, made.issuedAt, made.issuedBy],
      ],
    );
  }

  async recorded(id: string, rootIndex: number): Promise<void> {
    await this.pool.query(
      `INSERT INTO asked.certificate_recorded (certificate, root_index) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
      [id, rootIndex],
    );
  }

  async byNumber(number: number): Promise<IssuedCertificate | undefined> {
    return this.one(`${SELECT} WHERE c.number = $1`, [number]);
  }

  async find(id: string): Promise<IssuedCertificate | undefined> {
    return this.one(`${SELECT} WHERE c.id = $1`, [id]);
  }

  /** Certificates on these lots, in the order of their issue. */
  async onLots(lots: readonly string[]): Promise<readonly IssuedCertificate[]> {
    const { rows } = await this.pool.query<Row>(
      `${SELECT} WHERE c.lot = ANY ($1::text[]) ORDER BY c.number`,
      [lots],
    );
    return rows.map(issued);
  }

  /** All after a number, in the order of their issue. */
  async list(after: number, limit: number): Promise<readonly IssuedCertificate[]> {
    const { rows } = await this.pool.query<Row>(`${SELECT} WHERE c.number > $1 ORDER BY c.number LIMIT $2`, [
      after,
      limit,
    ]);
    return rows.map(issued);
  }

  async changes(id: string): Promise<readonly StatusChange[]> {
    const { rows } = await this.pool.query<{
      purpose: StatusPurpose;
      is_set: boolean;
      reason: string;
      at: Date;
    }>(
      `SELECT purpose, is_set, reason, at FROM asked.certificate_status WHERE certificate = $1 ORDER BY id`,
      [id],
    );
    return rows.map(({ is_set: isSet, ...row }) => ({ ...row, isSet }));
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
