import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export const METRICS = Symbol('METRICS');

const HTTP_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * The metrics of one service, in a registry of its own: several services in one process do not mix. Labels come from
 * closed lists (a route's template, a code), never from lots, facilities or callers.
 */
export class Metrics {
  readonly registry = new Registry();
  private readonly http: Histogram<'method' | 'route' | 'status'>;

  constructor(service: string) {
    this.registry.setDefaultLabels({ service });
    collectDefaultMetrics({ register: this.registry });
    this.http = this.histogram('http_request_duration_seconds', 'Time to answer a request', {
      labels: ['method', 'route', 'status'],
      buckets: HTTP_SECONDS,
    });
  }

  counter<L extends string>(name: string, help: string, labels: readonly L[] = []): Counter<L> {
    return new Counter({ name, help, labelNames: labels, registers: [this.registry] });
  }

  gauge<L extends string>(name: string, help: string, labels: readonly L[] = []): Gauge<L> {
    return new Gauge({ name, help, labelNames: labels, registers: [this.registry] });
  }

  histogram<L extends string>(
    name: string,
    help: string,
    options: { readonly labels?: readonly L[]; readonly buckets?: readonly number[] } = {},
  ): Histogram<L> {
    const { labels = [], buckets = HTTP_SECONDS } = options;
    return new Histogram({
      name,
      help,
      labelNames: labels,
      buckets: [...buckets],
      registers: [this.registry],
    });
  }

  /** Counts one answered request under its route's template. */
  observeRequest(
    request: { readonly method: string; readonly route: string; readonly status: number },
    seconds: number,
  ): void {
    this.http.observe({ ...request, status: String(request.status) }, seconds);
  }
}
