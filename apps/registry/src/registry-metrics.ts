import type { Metrics } from '@lodemark/platform';

export const REGISTRY_METRICS = Symbol('REGISTRY_METRICS');

/** What an operator watches about a registry. */
export type RegistryMetrics = ReturnType<typeof registryMetrics>;

export function registryMetrics(metrics: Metrics) {
  return {
    rootSize: metrics.gauge('lodemark_root_log_size', 'Entries in the root log at the last round'),
    rounds: metrics.histogram('lodemark_registry_round_seconds', 'Time that a round took', {
      labels: ['outcome'],
      buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5],
    }),
    relayLag: metrics.gauge(
      'lodemark_relay_lag_entries',
      'Entries not yet published to Kafka, of the log that is furthest behind',
    ),
    statements: metrics.counter('lodemark_statements_total', 'Statements handed in', ['outcome']),
    checkpoints: metrics.counter('lodemark_facility_checkpoints_total', 'Facility checkpoints handed in', [
      'outcome',
    ]),
  };
}
