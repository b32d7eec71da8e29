import { ledgerPool } from '@lodemark/ledger';
import type { Pool } from 'pg';
import { AppendListener } from './append-listener.js';
import type { Backfill } from './backfill.js';
import type { Feed, FeedAlarm, LogConsumer, Subscription } from './feed.js';
import { BackfillReads } from './http-feed.js';
import type { Backoff } from './pause.js';
import { PostgresLogs } from './postgres-logs.js';
import { PullFeed } from './pull-feed.js';

export interface PostgresFeedOptions {
  /** Databases with logs in them, as a role that may read the ledger's tables; each log is looked for in all. */
  readonly databases: readonly { readonly url: string; readonly schema?: string }[];
  /** Asked for gaps, and for logs that are in none of the databases. */
  readonly backfill?: Backfill | undefined;
  readonly onAlarm?: ((alarm: FeedAlarm) => void) | undefined;
  /** Milliseconds between looks when no notification comes; default 1,000. */
  readonly pollMs?: number | undefined;
  readonly batchSize?: number | undefined;
  readonly backoff?: Backoff | undefined;
}

/** Enough for many logs that read in turn; a reader must not starve those who append. */
const CONNECTIONS = 4;

/** The feed that reads the log tables directly, woken by NOTIFY. */
export class PostgresFeed implements Feed {
  private readonly pools: readonly Pool[];
  private readonly listeners: readonly AppendListener[];
  private readonly feed: PullFeed;

  constructor(options: PostgresFeedOptions) {
    const { databases, backfill, onAlarm, pollMs, batchSize, backoff } = options;
    this.pools = databases.map(({ url }) => readingPool(url));
    const logs = this.pools.map((pool, index) => new PostgresLogs({ pool, ...schemaOf(databases[index]) }));
    const places = [...logs, ...(backfill === undefined ? [] : [new BackfillReads(backfill)])];
    this.feed = new PullFeed({ places, backfill, onAlarm, pollMs, batchSize, backoff });
    this.listeners = databases.map(
      ({ url }) =>
        new AppendListener({
          connection: { connectionString: url },
          onAppend: (origin) => this.feed.wake(origin),
        }),
    );
  }

  follow(origin: string, from: { readonly index: number }, consumer: LogConsumer): Subscription {
    return this.feed.follow(origin, from, consumer);
  }

  async close(): Promise<void> {
    await this.feed.close();
    await Promise.all(this.listeners.map((listener) => listener.close()));
    await Promise.all(this.pools.map((pool) => pool.end()));
  }
}

function readingPool(url: string): Pool {
  const pool = ledgerPool({ connectionString: url, max: CONNECTIONS });
  // An idle connection that breaks is replaced by the pool; unheard, the event would end the process.
  pool.on('error', () => undefined);
  return pool;
}

function schemaOf(database: { readonly schema?: string } | undefined): { readonly schema?: string } {
  return database?.schema === undefined ? {} : { schema: database.schema };
}
