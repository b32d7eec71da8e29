import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { KafkaFeed, type Backfill, type Feed, type FeedAlarm, type FeedEntry } from '@lodemark/feed';
import { Frontier, fromHex, leafHash, toHex, toUtf8, type Checkpoint } from '@lodemark/transparency';
import { Kafka, logLevel, Partitioners, type Admin, type Producer } from 'kafkajs';
import pg from 'pg';
import { createDatabase, type TestDatabase } from '../../../test/support/database.js';
import type { TestKafka } from '../../../test/support/kafka.js';
import { recordOf } from '../src/kafka/log-record.js';
import { topicOf } from '../src/kafka/topic-names.js';
import { createConsumerTables, type ConsumerDatabase } from './counting-consumer.js';
import type { FeedHarness } from './feed-contract.js';

export interface FeedSettings {
  readonly lookMs?: number;
  readonly restarts?: number;
  readonly onExhausted?: (error: unknown) => void;
}

const QUICK = { firstMs: 20, maxMs: 200 };

/** Logs kept in memory and sent over a real Kafka; what an administrator does to a topic happens "on the way". */
export class KafkaHarness implements FeedHarness {
  readonly database: ConsumerDatabase;
  readonly backfill: Backfill = {
    fetch: (origin, from, limit) => {
      this.asked += 1;
      const log = this.withheld.has(origin) ? [] : (this.written.get(origin) ?? []);
      return Promise.resolve(log.slice(from, from + limit));
    },
    checkpoint: () => Promise.resolve(undefined),
  };
  /** How often the service that keeps the logs was asked for entries. */
  asked = 0;
  private readonly written = new Map<string, FeedEntry[]>();
  private readonly withheld = new Set<string>();
  private readonly sockets = new Set<Socket>();
  private readonly pools: readonly pg.Pool[];

  private constructor(
    readonly kafka: TestKafka,
    readonly admin: Admin,
    private readonly producer: Producer,
    private readonly consumers: TestDatabase,
  ) {
    const [pool, admins] = [consumers.serviceUrl, consumers.adminUrl].map((connectionString) => {
      const opened = new pg.Pool({ connectionString, max: 4 });
      opened.on('error', () => undefined);
      return opened;
    });
    this.pools = [pool!, admins!];
    this.database = { pool: pool!, admin: admins! };
  }

  static async make(kafka: TestKafka): Promise<KafkaHarness> {
    const consumers = await createDatabase('kafka_consumers');
    const owner = new pg.Pool({ connectionString: consumers.ownerUrl, max: 1 });
    await createConsumerTables(owner, consumers.serviceRole);
    await owner.end();
    const client = new Kafka({
      brokers: [...kafka.brokers],
      clientId: 'harness',
      logLevel: logLevel.NOTHING,
    });
    const admin = client.admin();
    const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await Promise.all([admin.connect(), producer.connect()]);
    return new KafkaHarness(kafka, admin, producer, consumers);
  }

  openFeed(onAlarm: (alarm: FeedAlarm) => void, settings: FeedSettings = {}): Feed {
    return new KafkaFeed({
      connection: {
        brokers: this.kafka.brokers,
        clientId: 'feed',
        socketFactory: ({ host, port, onConnect }) => {
          const socket = connect({ host, port }, onConnect);
          this.sockets.add(socket);
          return socket.setKeepAlive(true, 60_000).once('close', () => this.sockets.delete(socket));
        },
      },
      ...{ backfill: this.backfill, onAlarm, backoff: QUICK },
      // Long enough that what these tests see came over Kafka and was not asked for after a silence.
      lookMs: 60_000,
      ...settings,
    });
  }

  newOrigin(): string {
    // All suites of a run share the cluster.
    return `test.lodemark.example/log/feed-${randomUUID()}`;
  }

  async append(origin: string, count: number): Promise<readonly FeedEntry[]> {
    const added = this.appendUnpublished(origin, count);
    await this.publish(origin, added);
    return this.written.get(origin)!;
  }

  /** As if the log's relay were away. */
  appendUnpublished(origin: string, count: number): readonly FeedEntry[] {
    const log = this.written.get(origin) ?? [];
    const added = Array.from({ length: count }, (_, i) => entryAt(origin, log.length + i, 'entry'));
    this.written.set(origin, [...log, ...added]);
    return added;
  }

  checkpoint(origin: string): Promise<Checkpoint> {
    const frontier = Frontier.empty();
    for (const { leafHash: leaf } of this.written.get(origin)!) frontier.append(fromHex(leaf)!);
    return Promise.resolve({ origin, size: frontier.size, root: toHex(frontier.root()) });
  }

  lose(origin: string, index: number): Promise<void> {
    return this.rewrite(origin, (entry) => (entry.index === index ? undefined : entry));
  }

  alter(origin: string, index: number): Promise<void> {
    return this.rewrite(origin, (entry) => (entry.index === index ? entryAt(origin, index, 'other') : entry));
  }

  restore(origin: string, index: number): Promise<void> {
    const right = this.written.get(origin)![index]!;
    return this.rewrite(origin, (entry) => (entry.index === index ? right : entry));
  }

  damage(origin: string, index: number): Promise<void> {
    const spoilt = toUtf8('spoilt');
    return this.rewrite(origin, (entry) => (entry.index === index ? { ...entry, bytes: spoilt } : entry));
  }

  repeat(origin: string, index: number): Promise<void> {
    return this.publish(origin, [this.written.get(origin)![index]!]);
  }

  withhold(origin: string, withheld: boolean): void {
    if (withheld) this.withheld.add(origin);
    else this.withheld.delete(origin);
  }

  interrupt(): Promise<void> {
    for (const socket of this.sockets) socket.destroy(new Error('cut'));
    return Promise.resolve();
  }

  /** Puts records on the log's topic as they are, whatever they are. */
  async send(
    origin: string,
    ...messages: { value: string; headers?: Record<string, string> }[]
  ): Promise<void> {
    await this.producer.send({ topic: topicOf(origin)!, messages, acks: -1 });
  }

  async close(): Promise<void> {
    await Promise.all([this.admin.disconnect(), this.producer.disconnect()]);
    await Promise.all(this.pools.map((pool) => pool.end()));
    await this.consumers.drop();
  }

  private readonly onTopic = new Map<string, readonly FeedEntry[]>();

  private async publish(origin: string, entries: readonly FeedEntry[]): Promise<void> {
    const topic = topicOf(origin)!;
    if (!this.onTopic.has(origin))
      await this.admin.createTopics({ topics: [{ topic }], waitForLeaders: true });
    await this.producer.send({ topic, messages: entries.map(recordOf), acks: -1 });
    this.onTopic.set(origin, [...(this.onTopic.get(origin) ?? []), ...entries]);
  }

  /** Removes all records of the topic, and puts on it again what becomes of them. */
  private async rewrite(origin: string, change: (entry: FeedEntry) => FeedEntry | undefined): Promise<void> {
    const topic = topicOf(origin)!;
    const [bounds] = await this.admin.fetchTopicOffsets(topic);
    await this.admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: bounds!.high }] });
    const changed = this.onTopic
      .get(origin)!
      .map(change)
      .filter((entry) => entry !== undefined);
    this.onTopic.set(origin, []);
    await this.publish(origin, changed);
  }
}

function entryAt(origin: string, index: number, text: string): FeedEntry {
  const bytes = toUtf8(`{"${text}":${index}}`);
  return { origin, index, leafHash: toHex(leafHash(bytes)), bytes };
}
