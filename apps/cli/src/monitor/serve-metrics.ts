import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AlarmCode } from './alarm.js';
import type { Round } from './monitor.js';
import type { Seen } from './onlookers.js';

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

  /** Answers GET /metrics, and other monitors with what was seen last of the root log. */
  serve({ host, port }: { readonly host: string; readonly port: number }, seen: Seen): Promise<Server> {
    const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const path = ['GET', 'HEAD'].includes(request.method ?? '') ? request.url : undefined;
      const text = path === '/metrics' ? this.text() : path === seen.path ? await seen.note() : undefined;
      const version = path === '/metrics' ? 'version=0.0.4; ' : '';
      const headers = { 'content-type': `text/plain; ${version}charset=utf-8`, 'cache-control': 'no-cache' };
      response.writeHead(text === undefined ? 404 : 200, headers);
      response.end(text ?? `GET /metrics or ${seen.path}\n`);
    };
    const server = createServer((request, response) => {
      answer(request, response).catch(() => response.writeHead(503).end());
    });
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => resolve(server));
    });
  }
}
