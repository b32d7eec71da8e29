import { HttpBackfill, PostgresFeed, type Backfill, type Feed } from '@lodemark/feed';
import { inTransaction } from '@lodemark/ledger';
import { createLogger, nodeSignatures } from '@lodemark/platform';
import { isAdmissible, parseVerifierKey } from '@lodemark/transparency';
import type { Pool } from 'pg';
import { createDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { until } from '../../../../test/support/until.js';
import { migrateProvenance } from '../../src/database/migrate.js';
import { maintenancePool, provenancePool } from '../../src/database/pool.js';
import { Alarms } from '../../src/ingest/alarms.js';
import { Ingest } from '../../src/ingest/ingest.js';
import { digestReadModel } from '../../src/ingest/read-model-digest.js';
import { rebuild, type RebuildSource } from '../../src/ingest/rebuild.js';
import type { World } from './world.js';

interface Parts {
  readonly database: TestDatabase;
  readonly pool: Pool;
  readonly ingest: Ingest;
  readonly backfill: Backfill;
  readonly feed: Feed;
  /** What it logged. */
  readonly lines: readonly string[];
  readonly faults: readonly unknown[];
}

/** The ingesting half of provenance on a database of its own, following the logs of a world. */
export class TestProvenance {
  readonly database: TestDatabase;
  readonly pool: Pool;
  readonly ingest: Ingest;
  /** What it reported to the registry. */
  readonly faults: readonly unknown[];

  private constructor(private readonly parts: Parts) {
    this.database = parts.database;
    this.pool = parts.pool;
    this.ingest = parts.ingest;
    this.faults = parts.faults;
  }

  static async open(
    world: World,
    options: { on?: TestDatabase; genesis?: string } = {},
  ): Promise<TestProvenance> {
    const database = options.on ?? (await createDatabase('provenance'));
    await migrateProvenance({ ownerUrl: database.ownerUrl, serviceRole: database.serviceRole });
    const pool = provenancePool(database.serviceUrl);
    const { registry, custody, server, clock } = world;
    const { network } = registry;
    const backfill = new HttpBackfill({
      addressOf: (origin) => {
        const facility = network.facilityOf(origin);
        return Promise.resolve(`${server.url}/v1/${facility === undefined ? 'root' : `logs/${facility}`}`);
      },
    });
    const lines: string[] = [];
    const logger = createLogger({
      service: 'provenance-test',
      level: 'info',
      write: (line) => lines.push(line),
    });
    const alarms = new Alarms({ pool, clock, logger });
    const feed = new PostgresFeed({
      databases: [{ url: registry.database.serviceUrl }, { url: custody.database.serviceUrl }],
      backfill,
      pollMs: 500,
      backoff: { firstMs: 10, maxMs: 100 },
      onAlarm: (alarm) => alarms.raise(alarm),
    });
    const faults: unknown[] = [];
    const key = parseVerifierKey(registry.logKey);
    if (!key.ok) throw new Error('no verifier key');
    const ingest = new Ingest({
      ...{ pool, clock, logger, network, feed, backfill, checker: nodeSignatures(isAdmissible) },
      alarms,
      genesis: options.genesis ?? registry.genesis,
      rootLogKey: key.value,
      reportFault: (fault) => {
        faults.push(fault);
        return Promise.resolve();
      },
      pollMs: 100,
    });
    return new TestProvenance({ database, pool, ingest, backfill, feed, lines, faults });
  }

  /** Waits until the default horizon is this one or a later one. */
  async caughtUp(size: number): Promise<void> {
    let last: unknown;
    const reached = async () => {
      this.ingest.wake();
      last = await this.ingest.horizons.latest().catch((error: unknown) => error);
      return typeof last === 'object' && last !== null && 'size' in last && Number(last.size) >= size;
    };
    await until(reached).catch(() => {
      throw new Error(
        `not caught up to ${size}: ${JSON.stringify(last)} ${[...new Set(this.parts.lines.map((line) => line.replace(/"time":"[^"]*",/, '')))].slice(-5).join('')}`,
      );
    });
  }

  async digest(): Promise<string> {
    const pool = maintenancePool(this.database.serviceUrl);
    try {
      return await inTransaction(pool, digestReadModel, 'REPEATABLE READ READ ONLY');
    } finally {
      await pool.end();
    }
  }

  async rebuild(source: RebuildSource) {
    const pool = maintenancePool(this.database.serviceUrl);
    try {
      return await this.ingest.followers.paused(() =>
        rebuild(
          {
            pool,
            ingestFor: this.ingest.ingestFor,
            readLog: (origin, from, limit) => this.parts.backfill.fetch(origin, from, limit),
          },
          source,
        ),
      );
    } finally {
      await pool.end();
    }
  }

  /** Kinds of the alarms raised so far. */
  alarms(): readonly string[] {
    return this.parts.lines.flatMap((line) => /"alarm":\{[^}]*"kind":"([a-z-]+)"/.exec(line)?.[1] ?? []);
  }

  /** Stops; the database stays. */
  async stop(): Promise<void> {
    await this.ingest.stop();
    await this.parts.feed.close();
    await this.pool.end();
  }

  async close(): Promise<void> {
    await this.stop();
    await this.database.drop();
  }
}
