import type { Metrics } from '@lodemark/platform';

export const PROVENANCE_METRICS = Symbol('PROVENANCE_METRICS');

/** What an operator watches about provenance. */
export type ProvenanceMetrics = ReturnType<typeof provenanceMetrics>;

export function provenanceMetrics(metrics: Metrics) {
  return {
    lag: metrics.gauge(
      'lodemark_projection_lag_entries',
      'Entries that the root log covers and that are not applied yet',
      ['log'],
    ),
    parked: metrics.gauge('lodemark_parked_entries', 'Entries that this version cannot apply'),
    horizon: metrics.gauge(
      'lodemark_horizon_size',
      'Root log size of the latest horizon that can be answered at',
    ),
    publishedRoot: metrics.gauge(
      'lodemark_published_root_size',
      'Root log size of the latest published checkpoint',
    ),
    alarms: metrics.gauge('lodemark_alarms', 'Alarms raised since the start', ['kind']),
    stopped: metrics.gauge('lodemark_stopped_logs', 'Logs that are not being followed as they should', [
      'log',
    ]),
    verdicts: metrics.counter('lodemark_verdicts_total', 'Verdicts given', ['outcome']),
  };
}
