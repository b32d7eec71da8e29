import type { Metrics } from '@lodemark/platform';

/** What an operator watches about a custody service. Labels come from closed lists, never from lots or facilities. */
export type CustodyMetrics = ReturnType<typeof custodyMetrics>;

export function custodyMetrics(metrics: Metrics) {
  return {
    accepted: metrics.counter('lodemark_events_accepted_total', 'Custody events recorded', ['type']),
    refused: metrics.counter('lodemark_events_refused_total', 'Custody events refused at the door', ['code']),
    repeated: metrics.counter(
      'lodemark_idempotent_replays_total',
      'Posts that were given the first receipt again',
    ),
    rootSize: metrics.gauge('lodemark_root_log_verified_size', 'Entries of the root log verified here'),
    rootTrusted: metrics.gauge(
      'lodemark_root_log_trusted',
      '0 while the registry serves a root log that contradicts what was pinned, signed or verified',
    ),
    relayLag: metrics.gauge(
      'lodemark_relay_lag_entries',
      'Entries not yet published to Kafka, of the log that is furthest behind',
    ),
    checkpoints: metrics.counter(
      'lodemark_checkpoints_handed_in_total',
      'Checkpoints of facility logs handed in to the registry',
      ['outcome'],
    ),
    rounds: metrics.histogram('lodemark_custody_round_seconds', 'Time that a round took', {
      labels: ['outcome'],
      buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5, 10],
    }),
  };
}
