import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  HttpBackfill,
  PostgresFeed,
  type Backfill,
  type Feed,
  type FeedAlarm,
  type FeedEntry,
} from '@lodemark/feed';
import { ledgerPool, LedgerReader, RootLog, runMigrations } from '@lodemark/ledger';
import { leafHash, toBase64, toUtf8, type Checkpoint } from '@lodemark/transparency';
import pg from 'pg';
import { createDatabase, type TestDatabase } from '../../../test/support/database.js';
import { createConsumerTables, type ConsumerDatabase } from './counting-consumer.js';
import { feedContract, type FeedHarness } from './feed-contract.js';

const QUICK = { firstMs: 5, maxMs: 50 };
/** The public key of RFC 8037 appendix A.2. */
const KEY = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' } as const;
const CLOCK = { now: () => new Date('2026-11-24T09:00:00.000Z') };

/** Logs in a real ledger database; what a superuser does to its tables is what happens "on the way". */
class PostgresHarness implements FeedHarness {
  readonly database: ConsumerDatabase;
  readonly backfill: Backfill;
  private readonly written = new Map<string, FeedEntry[]>();
  private readonly withheld = new Set<string>();
  private readonly logs = new Map<string, RootLog>();
  private readonly pools: pg.Pool[] = [];
  private count = 0;

  private constructor(
    readonly ledger: TestDatabase,
    private readonly consumers: TestDatabase,
    private readonly server: Server,
  ) {
    this.database = { pool: this.pool(consumers.serviceUrl), admin: this.pool(consumers.adminUrl) };
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.backfill = new HttpBackfill({
      addressOf: (origin) => Promise.resolve(`${url}/${encodeURIComponent(origin)}`),
    });
    server.on('request', (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', url);
      const origin = decodeURIComponent(pathname.split('/')[1] ?? '');
      const [from, limit] = [Number(searchParams.get('from')), Number(searchParams.get('limit'))];
      const entries = this.withheld.has(origin)
        ? []
        : (this.written.get(origin) ?? []).slice(from, from + limit);
      const body = {
        origin,
        size: entries.length,
        entries: entries.map(({ index, leafHash: leaf, bytes }) => ({ index, leaf, entry: toBase64(bytes) })),
      };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    this.admin = this.pool(ledger.adminUrl);
    this.writer = ledgerPool({ connectionString: ledger.serviceUrl, max: 4 });
    this.pools.push(this.writer);
    this.reader = new LedgerReader({ pool: this.writer });
  }

  private readonly admin: pg.Pool;
  private readonly writer: pg.Pool;
  private readonly reader: LedgerReader;

  static async make(): Promise<PostgresHarness> {
    const ledger = await createDatabase('feed_ledger');
    await runMigrations({ ownerUrl: ledger.ownerUrl, serviceRole: ledger.serviceRole });
    const consumers = await createDatabase('feed_consumers');
    const owner = new pg.Pool({ connectionString: consumers.ownerUrl, max: 1 });
    await createConsumerTables(owner, consumers.serviceRole);
    await owner.end();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new PostgresHarness(ledger, consumers, server);
  }

  private pool(connectionString: string): pg.Pool {
    const pool = new pg.Pool({ connectionString, max: 4 });
    pool.on('error', () => undefined);
    this.pools.push(pool);
    return pool;
  }

  openFeed(onAlarm: (alarm: FeedAlarm) => void, pollMs = 200): Feed {
    const databases = [{ url: this.ledger.serviceUrl }];
    return new PostgresFeed({
      databases,
      backfill: this.backfill,
      onAlarm,
      pollMs,
      batchSize: 4,
      backoff: QUICK,
    });
  }

  newOrigin(): string {
    this.count += 1;
    return `feed${this.count}.test.lodemark.example/root`;
  }

  async append(origin: string, count: number): Promise<readonly FeedEntry[]> {
    const log = this.logs.get(origin) ?? new RootLog({ pool: this.writer, clock: CLOCK, origin });
    if (!this.logs.has(origin)) await log.open();
    this.logs.set(origin, log);
    await log.append(({ head: { size }, recordedAt }) =>
      Promise.resolve(
        Array.from({ length: count }, (_, i) => ({
          entry:
            size + i === 0
              ? { v: 1, kind: 'genesis', recordedAt, network: origin.slice(0, -5), registrarKeys: [KEY] }
              : { v: 1, kind: 'certificate', recordedAt, digest: String(size + i).padStart(64, '0') },
        })),
      ),
    );
    const entries = await this.reader.entries(origin, this.written.get(origin)?.length ?? 0, 1_000);
    const kept = this.written.get(origin) ?? [];
    kept.push(...entries.map(({ index, leaf, data }) => ({ origin, index, leafHash: leaf, bytes: data })));
    this.written.set(origin, kept);
    return kept;
  }

  async checkpoint(origin: string): Promise<Checkpoint> {
    const { size, root } = await this.reader.head(origin);
    return { origin, size, root };
  }

  async lose(origin: string, index: number): Promise<void> {
    await this.tamper(`DELETE FROM ledger.entry WHERE ${PLACE}`, [origin, index]);
  }

  async alter(origin: string, index: number): Promise<void> {
    await this.put(origin, index, toUtf8(`{"other":${index}}`));
  }

  async restore(origin: string, index: number): Promise<void> {
    await this.put(origin, index, this.written.get(origin)![index]!.bytes);
  }

  private async put(origin: string, index: number, bytes: Uint8Array): Promise<void> {
    const sql = `UPDATE ledger.entry SET data = $3, leaf_hash = $4 WHERE ${PLACE}`;
    await this.tamper(sql, [origin, index, bytes, leafHash(bytes)]);
  }

  async damage(origin: string, index: number): Promise<void> {
    await this.tamper(`UPDATE ledger.entry SET data = '\\x00' WHERE ${PLACE}`, [origin, index]);
  }

  /** A table has each entry once: only restarting from an old position brings one again. */
  repeat(): Promise<void> {
    return Promise.resolve();
  }

  withhold(origin: string, withheld: boolean): void {
    if (withheld) this.withheld.add(origin);
    else this.withheld.delete(origin);
  }

  async interrupt(): Promise<void> {
    await this.admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1 AND datname = $2`,
      [this.ledger.serviceRole, this.ledger.name],
    );
  }

  private async tamper(sql: string, parameters: unknown[]): Promise<void> {
    const client = await this.admin.connect();
    try {
      await client.query('BEGIN');
      await client.query('ALTER TABLE ledger.entry DISABLE TRIGGER write_once');
      await client.query(sql, parameters);
      await client.query('ALTER TABLE ledger.entry ENABLE ALWAYS TRIGGER write_once');
      await client.query('COMMIT');
    } finally {
      client.release();
    }
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    await Promise.all(this.pools.map((pool) => pool.end()));
    await this.ledger.drop();
    await this.consumers.drop();
  }
}

const PLACE = `idx = $2 AND log_id = (SELECT id FROM ledger.log WHERE origin = $1)`;

feedContract('Postgres', () => PostgresHarness.make());

describe('the Postgres feed', () => {
  jest.setTimeout(60_000);
  let harness: PostgresHarness;

  beforeAll(async () => {
    harness = await PostgresHarness.make();
  });

  afterAll(() => harness.close());

  it('is woken by an append and does not wait for its next look', async () => {
    const origin = harness.newOrigin();
    await harness.append(origin, 1);
    const feed = harness.openFeed(() => undefined, 600_000);
    let last = -1;
    try {
      feed.follow(
        origin,
        { index: 0 },
        {
          apply: (batch) => {
            last = batch.at(-1)!.index;
            return Promise.resolve();
          },
          heldLeaves: () => Promise.resolve([]),
          settle: () => Promise.resolve({ kind: 'held-stands' }),
        },
      );
      await waitFor(() => last === 0);
      await waitForListener(harness);
      await harness.append(origin, 1);
      await waitFor(() => last === 1);
    } finally {
      await feed.close();
    }
  });

  it('leaves no connection behind', async () => {
    const feed = harness.openFeed(() => undefined);
    feed.follow(
      harness.newOrigin(),
      { index: 0 },
      {
        apply: () => Promise.resolve(),
        heldLeaves: () => Promise.resolve([]),
        settle: () => Promise.resolve({ kind: 'held-stands' }),
      },
    );
    await feed.close();
    await waitFor(async () => (await listeners(harness)) === 0);
    expect(await listeners(harness)).toBe(0);
  });
});

async function listeners({ database, ledger }: PostgresHarness): Promise<number> {
  const { rows } = await database.admin.query<{ count: string }>(
    `SELECT count(*) FROM pg_stat_activity WHERE usename = $1 AND query LIKE 'LISTEN%'`,
    [ledger.serviceRole],
  );
  return Number(rows[0]!.count);
}

async function waitForListener(harness: PostgresHarness): Promise<void> {
  await waitFor(async () => (await listeners(harness)) > 0);
}

async function waitFor(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 15_000; !(await condition());) {
    if (Date.now() > deadline) throw new Error('it did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
