import type { Clock } from '@lodemark/platform';
import type { Pool } from 'pg';
import { toCount } from '../database/tables.js';
import type { ProvenanceMetrics } from '../provenance-metrics.js';
import { webhookState } from '../webhooks/webhook-store.js';

export interface ObservedCertificates {
  readonly pool: Pool;
  /** By which certificates and changes are dated. */
  readonly clock: Clock;
  readonly metrics: ProvenanceMetrics;
}

interface Waiting {
  readonly waiting: string;
  readonly oldest: Date | null;
}

/** Sets the gauges to what waits for the registry, and for whoever wants to be told. */
export async function observeCertificates({ pool, clock, metrics }: ObservedCertificates): Promise<void> {
  const age = ({ oldest }: Waiting) =>
    oldest === null ? 0 : Math.max(0, (clock.now().getTime() - oldest.getTime()) / 1_000);
  const certificates = await one(
    pool,
    `SELECT count(*) AS waiting, min(c.issued_at) AS oldest
     FROM asked.certificate_to_record t JOIN asked.certificate c ON c.id = t.certificate`,
  );
  metrics.certificatesWaiting.set(toCount(certificates.waiting));
  metrics.oldestCertificate.set(age(certificates));
  const webhooks = await one(
    pool,
    `SELECT count(*) AS waiting, min(due.at) AS oldest FROM asked.webhook w CROSS JOIN LATERAL (
       SELECT h.at FROM asked.certificate_change h WHERE h.id > w.told ORDER BY h.id LIMIT 1) due
     WHERE NOT w.ended`,
  );
  metrics.webhooksWaiting.set(toCount(webhooks.waiting));
  metrics.oldestMessage.set(age(webhooks));
  const { rows } = await pool.query<{ ended: boolean; failures: string }>(
    `SELECT ended, failures FROM asked.webhook`,
  );
  const counts = { following: 0, retrying: 0, ended: 0 };
  for (const { ended, failures } of rows) counts[webhookState({ ended, failures: toCount(failures) })] += 1;
  for (const [state, count] of Object.entries(counts)) metrics.webhooks.set({ state }, count);
}

async function one(pool: Pool, query: string): Promise<Waiting> {
  const { rows } = await pool.query<Waiting>(query);
  return rows[0] ?? { waiting: '0', oldest: null };
}
