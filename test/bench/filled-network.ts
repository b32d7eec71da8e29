import { ledgerPool, LedgerReader } from '@lodemark/ledger';
import pg from 'pg';
import { EmbeddedPostgres } from '@lodemark/standalone';
import { lotCreated, signEvent, type Party } from '../../apps/custody/test/support/parties.js';
import { BuiltSite } from '../support/built-site.js';
import type { Environment } from '../support/built-service.js';
import type { Installation } from '../support/installation.js';
import { WITHOUT_LIMITS } from './without-limits.js';

export const FACILITY = 'kokbulak';
/** A facility that joins with its history comes faster than one that works. */
const BATCH = 1_000;
/** Batches on their way at once: one is signed here while the other is recorded. */
const LANES = 2;
const LOOK_MS = 10;

/** A network whose one facility log gets as many entries as a benchmark wants, on a Postgres that forces commits. */
export class FilledNetwork {
  /** Entries in the facility's log. */
  size = 0;

  private constructor(
    readonly server: EmbeddedPostgres,
    readonly site: BuiltSite,
    readonly custody: Installation,
    readonly key: Party,
  ) {}

  static async start(environment: Environment = {}): Promise<FilledNetwork> {
    const server = await EmbeddedPostgres.start({ settings: { max_connections: '300' } });
    process.env['TEST_POSTGRES_URL'] = server.adminUrl;
    const site = await BuiltSite.start({
      label: 'bench',
      environment: { ...WITHOUT_LIMITS, ...environment },
    });
    const custody = await site.addCustody();
    await site.join(FACILITY, custody);
    const key = await site.eventKey(FACILITY);
    await site.settled(custody);
    return new FilledNetwork(server, site, custody, key);
  }

  get origin(): string {
    return `demo.lodemark.example/log/${FACILITY}`;
  }

  /** Posts signed events in batches until the log has `size` entries, as a facility does that joins with its history. */
  async fillTo(size: number): Promise<void> {
    const lane = async () => {
      while (this.size < size) {
        const count = Math.min(BATCH, size - this.size);
        this.size += count;
        const lines: string[] = [];
        for (let made = 0; made < count; made += 1)
          lines.push(await signEvent(lotCreated(FACILITY), this.key));
        await this.post(lines);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  }

  private async post(lines: readonly string[]): Promise<void> {
    const response = await fetch(`${this.custody.url}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: lines.join('\n'),
    });
    const text = await response.text();
    if (!response.ok || text.includes('"refused"'))
      throw new Error(`a batch was answered with ${response.status}: ${text.slice(0, 500)}`);
  }

  /** Of an entry, on average. */
  async entryBytes(): Promise<number> {
    const pool = ledgerPool({ connectionString: this.custody.database.serviceUrl, max: 1 });
    const some = await new LedgerReader({ pool }).entries(this.origin, 0, 1_000);
    await pool.end();
    return Math.round(some.reduce((sum, { data }) => sum + data.length, 0) / some.length);
  }

  /**
   * Milliseconds from the last look at which a provenance service held none of the log's entries to the first at which
   * it holds them all.
   */
  async timeToHold(provenance: Installation): Promise<number> {
    const client = new pg.Client({ connectionString: provenance.database.adminUrl });
    await client.connect();
    try {
      for (let begun = performance.now(); ;) {
        const text = 'SELECT next::int AS next FROM provenance.log WHERE origin = $1';
        const { rows } = await client.query<{ next: number }>(text, [this.origin]);
        const held = rows[0]?.next ?? 0;
        if (held >= this.size) return performance.now() - begun;
        if (held === 0) begun = performance.now();
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      }
    } finally {
      await client.end();
    }
  }

  async stop(): Promise<void> {
    await this.site.remove();
    await this.server.stop();
  }
}
