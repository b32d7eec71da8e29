import { Agent, request } from 'node:http';
import pg from 'pg';
import type { VerdictNetwork } from './verdict-network.js';

interface Asked {
  readonly lot: string;
  readonly policy: string;
  readonly question?: object;
}

/** A question as it was answered, and how long that took over HTTP. */
export interface Timed {
  readonly ms: number;
  readonly outcome: string;
  readonly id: string;
  /** In plain English, what keeps it from being a pass. */
  readonly against: readonly string[];
}

interface Answered {
  readonly id: string;
  readonly verdict: { readonly outcome: string; readonly findings: readonly { readonly outcome: string }[] };
  readonly explanations: readonly string[];
}

const AGAINST = ['FAIL', 'INSUFFICIENT'];

/** Asks provenance for verdicts one after the other, as an auditor does, on a connection that stays open. */
export class VerdictAsker {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  private constructor(
    private readonly network: VerdictNetwork,
    private readonly token: string,
  ) {}

  static async of(network: VerdictNetwork): Promise<VerdictAsker> {
    const engagement = {
      lots: '*',
      facilities: '*',
      from: '2000-01-01T00:00:00Z',
      to: '2100-01-01T00:00:00Z',
    };
    const token = await network.site.identity.token('auditor', { role: 'auditor', engagement } as never);
    return new VerdictAsker(network, token);
  }

  async ask(asked: Asked): Promise<Timed> {
    const begun = performance.now();
    const { status, text } = await this.send('/v1/verdicts', JSON.stringify(asked));
    const ms = performance.now() - begun;
    if (status !== 201) throw new Error(`provenance answered ${String(status)}: ${text.slice(0, 500)}`);
    const { id, verdict, explanations } = JSON.parse(text) as Answered;
    const against = explanations.filter((_, i) => AGAINST.includes(verdict.findings[i]?.outcome ?? ''));
    return { ms, id, outcome: verdict.outcome, against };
  }

  /** Milliseconds of a request that asks for nothing: what HTTP itself takes. */
  async nothing(): Promise<number> {
    const begun = performance.now();
    await this.send('/health/live');
    return performance.now() - begun;
  }

  close(): void {
    this.agent.destroy();
  }

  private send(path: string, body?: string): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' };
      const method = body === undefined ? 'GET' : 'POST';
      const url = this.network.provenance.url + path;
      const sent = request(url, { method, agent: this.agent, headers }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString() }),
        );
        response.on('error', reject);
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }
}

/** What merely collecting the ancestors takes: the recursive query, prepared, on the same Postgres and the same data. */
export class AncestorQuery {
  private constructor(private readonly client: pg.Client) {}

  static async on(network: VerdictNetwork): Promise<AncestorQuery> {
    const client = new pg.Client({ connectionString: network.provenance.database.adminUrl });
    await client.connect();
    return new AncestorQuery(client);
  }

  async ancestorsOf(lot: string): Promise<{ ms: number; count: number }> {
    const begun = performance.now();
    const { rows } = await this.client.query({
      name: 'ancestors',
      text: `WITH RECURSIVE ancestors (lot) AS (
         SELECT input_lot FROM provenance.edge WHERE output_lot = $1
         UNION SELECT e.input_lot FROM ancestors a JOIN provenance.edge e ON e.output_lot = a.lot
       ) SELECT lot FROM ancestors`,
      values: [lot],
    });
    return { ms: performance.now() - begun, count: rows.length };
  }

  close(): Promise<void> {
    return this.client.end();
  }
}
