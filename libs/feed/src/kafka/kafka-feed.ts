import type { Backfill } from '../backfill.js';
import type { Feed, FeedAlarm, LogConsumer, Subscription } from '../feed.js';
import { LogFollower } from '../log-follower.js';
import type { Backoff } from '../pause.js';
import { groupPrefix, kafkaClient, type KafkaConnection } from './kafka-connection.js';
import { KafkaSource } from './kafka-source.js';
import { Topics } from './topics.js';

export interface KafkaFeedOptions {
  readonly connection: KafkaConnection;
  /** Asked for gaps, and for what is new while Kafka is away or silent. */
  readonly backfill?: Backfill | undefined;
  readonly onAlarm?: ((alarm: FeedAlarm) => void) | undefined;
  /**
   * Called once, when reading one of the topics has crashed or stalled so often in a row, although brokers answer, that
   * only a new process helps: whoever runs this one should become unready and end it.
   */
  readonly onExhausted?: ((error: unknown) => void) | undefined;
  /** Crashes and stalls of one log in a row that are put up with; default 10. */
  readonly restarts?: number | undefined;
  /** Milliseconds of silence after which it is checked whether anything would come; default 15,000. */
  readonly lookMs?: number | undefined;
  readonly backoff?: Backoff | undefined;
}

const DEFAULT_BACKOFF: Backoff = { firstMs: 200, maxMs: 15_000 };
const DEFAULT_LOOK_MS = 15_000;
const DEFAULT_RESTARTS = 10;

/** The feed that reads each log from its topic in Kafka. */
export class KafkaFeed implements Feed {
  private readonly topics: Topics;
  private readonly source: KafkaSource;
  private readonly subscriptions = new Set<Subscription>();
  private given = false;

  constructor(private readonly options: KafkaFeedOptions) {
    const { connection, backfill, onAlarm } = options;
    const { lookMs = DEFAULT_LOOK_MS, backoff = DEFAULT_BACKOFF, restarts = DEFAULT_RESTARTS } = options;
    const kafka = kafkaClient(connection);
    this.topics = new Topics(kafka);
    this.source = new KafkaSource({
      ...{ kafka, topics: this.topics, groupPrefix: groupPrefix(connection) },
      ...{ lookMs, backoff, backfill, onAlarm },
      restarts,
      onExhausted: (error) => this.exhausted(error),
    });
  }

  follow(origin: string, from: { readonly index: number }, consumer: LogConsumer): Subscription {
    const { backfill, onAlarm, backoff } = this.options;
    const { source } = this;
    const subscription = new LogFollower({
      ...{ origin, from: from.index, consumer, source },
      ...{ backfill, onAlarm, backoff },
    });
    for (const old of this.subscriptions) if (old.state.kind === 'stopped') this.subscriptions.delete(old);
    this.subscriptions.add(subscription);
    return subscription;
  }

  async close(): Promise<void> {
    await Promise.all([...this.subscriptions].map((subscription) => subscription.stop()));
    this.subscriptions.clear();
    await this.topics.close();
  }

  private exhausted(error: unknown): void {
    if (this.given) return;
    this.given = true;
    this.options.onExhausted?.(error);
  }
}
