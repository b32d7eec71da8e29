import type { Pool, PoolClient } from 'pg';
import type { Cause } from '../rejudging/cause.js';
import { toCount } from '../database/tables.js';
import { bitsOf, type CertificateChangeKind } from './standing.js';

/** Something that happened to a certificate. */
export interface CertificateChange {
  /** In the order in which they were committed. */
  readonly id: number;
  /** Id of the certificate. */
  readonly certificate: string;
  readonly lot: string;
  readonly policy: string;
  readonly what: CertificateChangeKind;
  readonly at: Date;
  /** Root log size at which the verdict was given. */
  readonly horizon: number;
  /** The verdict that it follows from: of an issue the one that is certified. */
  readonly verdict: string;
  readonly outcome: string;
  /** The entry that made the verdict another one; of an issue none. */
  readonly cause: Cause | undefined;
}

export type NewChange = Pick<CertificateChange, 'certificate' | 'what' | 'at' | 'horizon' | 'verdict'> & {
  readonly outcome: string;
  readonly cause?: Cause;
};

/** Any constant will do: it only has to be the same in every process of the service. */
const CHANGES_LOCK = 5_062_310;

/**
 * Whoever writes changes does so one after the other, so that their order is that of their commits: a reader who has
 * seen one has seen all before it.
 */
export async function lockChanges(client: PoolClient): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [CHANGES_LOCK]);
}

/** Writes what happened and the bits that are others from here on, under the lock. */
export async function writeChange(client: PoolClient, change: NewChange): Promise<void> {
  const { certificate, what, at, horizon, verdict, cause } = change;
  const { rows } = await client.query<{ id: string }>(
    `INSERT INTO asked.certificate_change (certificate, what, at, horizon, verdict, cause_origin, cause_idx)
     VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`,
    [certificate, what, at, horizon, verdict, cause?.origin ?? null, cause?.index ?? null],
  );
  for (const { purpose, isSet } of bitsOf(what)) {
    await client.query(
      `INSERT INTO asked.certificate_status (certificate, purpose, is_set, reason, at, change)
       SELECT $1, $2, $3, $4, $5, $6
       WHERE (SELECT is_set FROM asked.certificate_status WHERE certificate = $1 AND purpose = $2
         ORDER BY id DESC LIMIT 1) IS DISTINCT FROM $3`,
      [certificate, purpose, isSet, reasonOf(change), at, rows[0]?.id],
    );
  }
}

function reasonOf({ outcome, horizon, cause }: NewChange): string {
  const because = cause === undefined ? '' : ` because of entry ${String(cause.index)} of ${cause.origin}`;
  return `the verdict at horizon ${String(horizon)} is ${outcome}${because}`;
}

interface Row {
  readonly id: string;
  readonly certificate: string;
  readonly lot: string;
  readonly policy: string;
  readonly what: CertificateChangeKind;
  readonly at: Date;
  readonly horizon: string;
  readonly verdict: string;
  readonly outcome: string;
  readonly cause_origin: string | null;
  readonly cause_idx: string | null;
}

/** Those after one, in their order. */
export async function changesAfter(
  pool: Pool,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<readonly CertificateChange[]> {
  const { rows } = await pool.query<Row>(
    `SELECT h.*, c.lot, c.policy, v.outcome FROM asked.certificate_change h
     JOIN asked.certificate c ON c.id = h.certificate JOIN asked.verdict v ON v.id = h.verdict
     WHERE h.id > $1 ORDER BY h.id LIMIT $2`,
    [after, limit],
  );
  return rows.map(({ cause_origin: origin, cause_idx: idx, ...row }) => ({
    ...{ id: toCount(row.id), certificate: row.certificate, lot: row.lot, policy: row.policy },
    ...{ what: row.what, at: row.at, horizon: toCount(row.horizon) },
    ...{ verdict: row.verdict, outcome: row.outcome },
    cause: origin === null ? undefined : { origin, index: toCount(idx ?? 0) },
  }));
}

/** The last one there is; 0 before the first. */
export async function lastChange(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ last: string | null }>(
    `SELECT max(id) AS last FROM asked.certificate_change`,
  );
  return toCount(rows[0]?.last ?? 0);
}
