import type { FollowState, Subscription } from '@lodemark/feed';
import type { Pool } from 'pg';
import { toCount } from '../database/tables.js';
import type { Horizons } from '../horizon/horizons.js';
import type { Alarms } from '../ingest/alarms.js';
import type { ProvenanceMetrics } from '../provenance-metrics.js';

export interface Observed {
  readonly pool: Pool;
  readonly horizons: Horizons;
  readonly alarms: Alarms;
  readonly subscriptions: () => readonly Subscription[];
  readonly metrics: ProvenanceMetrics;
}

/** Sets the gauges to what is so now. */
export async function observe({ pool, horizons, alarms, subscriptions, metrics }: Observed): Promise<void> {
  const { rows } = await pool.query<{ origin: string; lag: string }>(
    `SELECT l.origin, greatest(0, coalesce(CASE WHEN l.kind = 'root'
         THEN (SELECT max(size) FROM root_checkpoint)
         ELSE (SELECT max(c.size) FROM coverage c WHERE c.origin = l.origin AND c.advances) END, 0) - l.next) AS lag
     FROM log l`,
  );
  for (const { origin, lag } of rows) metrics.lag.set({ log: origin }, toCount(lag));
  const parked = await pool.query<{ count: string }>(`SELECT count(*) AS count FROM parked`);
  metrics.parked.set(toCount(parked.rows[0]?.count ?? 0));
  metrics.publishedRoot.set(await horizons.published());
  metrics.horizon.set(
    await horizons.latest().then(
      ({ size }) => size,
      () => 0,
    ),
  );
  for (const [kind, count] of alarms.counts()) metrics.alarms.set({ kind }, count);
  for (const { origin, state } of subscriptions())
    metrics.stopped.set({ log: origin }, isStopped(state) ? 1 : 0);
}

function isStopped({ kind }: FollowState): boolean {
  return kind !== 'following';
}
