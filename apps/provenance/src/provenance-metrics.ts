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
    handIns: metrics.counter(
      'lodemark_certificate_hand_ins_total',
      'Tries to bring a certificate, its status lists first, into the root log',
      ['outcome'],
    ),
    certificatesWaiting: metrics.gauge(
      'lodemark_certificates_waiting',
      'Certificates that the root log does not name yet',
    ),
    oldestCertificate: metrics.gauge(
      'lodemark_certificates_oldest_waiting_seconds',
      'Age of the oldest certificate that the root log does not name yet; 0 without one',
    ),
    deliveries: metrics.counter(
      'lodemark_webhook_deliveries_total',
      'Tries to deliver a message to a webhook',
      ['outcome'],
    ),
    webhooks: metrics.gauge('lodemark_webhooks', 'Webhooks there are', ['state']),
    webhooksWaiting: metrics.gauge('lodemark_webhooks_waiting', 'Webhooks that were not told everything yet'),
    oldestMessage: metrics.gauge(
      'lodemark_webhooks_oldest_waiting_seconds',
      'Age of the oldest change of a certificate that a webhook was not told yet; 0 without one',
    ),
  };
}
