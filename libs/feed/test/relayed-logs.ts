import { randomUUID } from 'node:crypto';
import { Relays, type FeedEntry, type RelaysOptions } from '@lodemark/feed';
import { ledgerPool, LedgerReader, LogKeeping, RootLog, runMigrations } from '@lodemark/ledger';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import pg from 'pg';
import { createDatabase, type TestDatabase } from '../../../test/support/database.js';
import { kafkaClient, type KafkaConnection } from '../src/kafka/kafka-connection.js';
import { entryOf } from '../src/kafka/log-record.js';
import { TopicReader } from '../src/kafka/topic-reader.js';
import { topicOf } from '../src/kafka/topic-names.js';
import { Topics } from '../src/kafka/topics.js';

/** The public key of RFC 8037 appendix A.2. */
const KEY = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' } as const;
const CLOCK = { now: () => new Date('2026-11-24T09:00:00.000Z') };
const QUICK = { firstMs: 20, maxMs: 200 };

/** Logs in a real ledger database, and what relays make of them on a real Kafka. */
export class RelayedLogs {
  readonly keeping: LogKeeping;
  readonly reader: LedgerReader;
  private readonly logs = new Map<string, RootLog>();
  private readonly running = new Set<Relays>();

  private constructor(
    readonly database: TestDatabase,
    readonly connection: KafkaConnection,
    private readonly pool: pg.Pool,
    readonly admin: Admin,
  ) {
    this.keeping = new LogKeeping({ pool });
    this.reader = new LedgerReader({ pool });
  }

  static async open(brokers: readonly string[]): Promise<RelayedLogs> {
    const database = await createDatabase('relayed');
    await runMigrations({ ownerUrl: database.ownerUrl, serviceRole: database.serviceRole });
    const pool = ledgerPool({ connectionString: database.serviceUrl, max: 4 });
    const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    return new RelayedLogs(database, { brokers, clientId: 'relay' }, pool, admin);
  }

  newOrigin(): string {
    // All suites of a run share the cluster.
    return `test.lodemark.example/log/relay-${randomUUID()}`;
  }

  /** Relays of a process of their own as far as the database and Kafka can tell. */
  relay(options: Partial<RelaysOptions> = {}): Relays {
    const { connection, database } = this;
    const lookMs = 200;
    const relays = new Relays({
      ...{ connection, databaseUrl: database.serviceUrl, lookMs, backoff: QUICK },
      ...options,
    });
    this.running.add(relays);
    return relays;
  }

  async stop(relays: Relays): Promise<void> {
    this.running.delete(relays);
    await relays.close();
  }

  /** Any log will do; those that take what one likes are of the root log's kind. */
  async append(origin: string, entryCount: number): Promise<void> {
    const log = this.logs.get(origin) ?? new RootLog({ pool: this.pool, clock: CLOCK, origin });
    if (!this.logs.has(origin)) await log.open();
    this.logs.set(origin, log);
    await log.append(({ head: { size }, recordedAt }) =>
      Promise.resolve(
        Array.from({ length: entryCount }, (_, i) => ({
          entry:
            size + i === 0
              ? { v: 1, kind: 'genesis', recordedAt, network: 'test.lodemark.example', registrarKeys: [KEY] }
              : { v: 1, kind: 'certificate', recordedAt, digest: String(size + i).padStart(64, '0') },
        })),
      ),
    );
  }

  /** Leaf hashes of the log, as the ledger has them. */
  async leaves(origin: string): Promise<readonly string[]> {
    return (await this.reader.entries(origin, 0, 1_000)).map(({ leaf }) => leaf);
  }

  cursor(origin: string): Promise<number> {
    return this.keeping.relayCursor(origin, 'kafka');
  }

  /** Everything that is on the log's topic, in its order. */
  async onTopic(origin: string): Promise<readonly FeedEntry[]> {
    const topic = topicOf(origin)!;
    const kafka = kafkaClient(this.connection);
    const topics = new Topics(kafka);
    const bounds = await topics.bounds(topic);
    await topics.close();
    if (bounds === undefined || bounds.low === bounds.high) return [];
    const reader = await TopicReader.open({ kafka, topic, groupPrefix: 'test.', position: bounds.low });
    const entries: FeedEntry[] = [];
    try {
      while (reader.position < bounds.high) {
        const messages = await reader.next(60_000, new AbortController().signal);
        if (messages === undefined) continue;
        entries.push(...messages.map((message) => entryOf(message, origin)!));
        reader.done();
      }
      return entries;
    } finally {
      await reader.close();
    }
  }

  /** Each leaf hash on the topic at its first time. */
  async firstTimes(origin: string): Promise<readonly string[]> {
    return [...new Set((await this.onTopic(origin)).map(({ leafHash }) => leafHash))];
  }

  async close(): Promise<void> {
    await Promise.all([...this.running].map((relays) => relays.close()));
    await this.admin.disconnect();
    await this.pool.end();
    await this.database.drop();
  }
}
