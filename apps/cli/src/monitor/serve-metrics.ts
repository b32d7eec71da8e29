import { createServer, type Server } from 'node:http';
import type { AlarmCode } from './alarm.js';
import type { Round } from './monitor.js';

/** What a monitor has seen, as Prometheus scrapes it. */
export class MonitorMetrics {
  private readonly alarms = new Map<AlarmCode, number>();
  private rounds = { made: 0, failed: 0 };
  private last: { readonly round: Round; readonly at: Date } | undefined;

  made(round: Round, at: Date): void {
    this.rounds.made += 1;
    this.last = { round, at };
    for (const { code } of round.alarms) this.alarms.set(code, (this.alarms.get(code) ?? 0) + 1);
  }

  failed(): void {
    this.rounds.failed += 1;
  }

  text(): string {
    const { made, failed } = this.rounds;
    const lines = [
      '# TYPE lodemark_monitor_rounds_total counter',
      `lodemark_monitor_rounds_total{outcome="made"} ${made}`,
      `lodemark_monitor_rounds_total{outcome="failed"} ${failed}`,
      '# TYPE lodemark_monitor_alarms_total counter',
      ...[...this.alarms].map(([code, count]) => `lodemark_monitor_alarms_total{code="${code}"} ${count}`),
    ];
    if (this.last !== undefined) {
      const { round, at } = this.last;
      lines.push(
        '# TYPE lodemark_monitor_last_round_timestamp_seconds gauge',
        `lodemark_monitor_last_round_timestamp_seconds ${at.getTime() / 1000}`,
        '# TYPE lodemark_monitor_unreadable_logs gauge',
        `lodemark_monitor_unreadable_logs ${round.unreadable.length}`,
        '# TYPE lodemark_monitor_log_size gauge',
        `lodemark_monitor_log_size{log="root"} ${round.root.size}`,
        ...Object.entries(round.logs).map(([log, size]) => `lodemark_monitor_log_size{log="${log}"} ${size}`),
      );
    }
    return `${lines.join('\n')}\n`;
  }

  /** Answers GET /metrics. */
  serve({ host, port }: { readonly host: string; readonly port: number }): Promise<Server> {
    const server = createServer((request, response) => {
      const isAsked = request.method === 'GET' && request.url === '/metrics';
      response.writeHead(isAsked ? 200 : 404, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
      response.end(isAsked ? this.text() : 'GET /metrics\n');
    });
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => resolve(server));
    });
  }
}
