import { randomUUID } from 'node:crypto';
import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import { Pause } from '../pause.js';

export interface TopicReaderOptions {
  readonly kafka: Kafka;
  readonly topic: string;
  readonly groupPrefix: string;
  /** Offset of the first record that is wanted. */
  readonly position: number;
}

/** kafkajs gave up reading a topic. */
export class ReadingCrashed extends Error {
  override readonly name = 'ReadingCrashed';
}

/** Milliseconds. A fetch on an empty topic returns after WAIT, and closing waits for it. */
const WAIT = 500;
const HEARTBEAT = 3_000;
const SESSION = 30_000;
const CLOSE_PATIENCE = 5_000;
const BATCH_BYTES = 1024 * 1024;
/** To join a group, because kafkajs gives up at once when a broker that has just started still loads its groups. */
const ATTEMPTS = 5;
const PAUSE = 200;

/**
 * The one partition of a topic, read from where one says, batch by batch. kafkajs can only push, and only to members
 * of a consumer group: each reader is the one member of a group of its own, commits nothing, and holds back the next
 * batch until it is asked for.
 */
export class TopicReader {
  private readonly arrival = new Pause();
  private readonly closing = new AbortController();
  private held: { readonly messages: readonly KafkaMessage[]; readonly release: () => void } | undefined;
  private crash: Error | undefined;
  /** Offset of the next record that is wanted. */
  position: number;

  private constructor(
    private readonly consumer: Consumer,
    private readonly topic: string,
    position: number,
  ) {
    this.position = position;
  }

  /** @throws ReadingCrashed, or what kafkajs could not connect for */
  static async open(options: TopicReaderOptions): Promise<TopicReader> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await TopicReader.openOnce(options);
      } catch (error) {
        if (attempt === ATTEMPTS || !healsItself(error)) throw error;
        await new Promise((resolve) => setTimeout(resolve, attempt * PAUSE));
      }
    }
  }

  private static async openOnce({
    kafka,
    topic,
    groupPrefix,
    position,
  }: TopicReaderOptions): Promise<TopicReader> {
    const consumer = kafka.consumer({
      groupId: `${groupPrefix}${randomUUID()}`,
      ...{ sessionTimeout: SESSION, heartbeatInterval: HEARTBEAT, maxWaitTimeInMs: WAIT },
      maxBytesPerPartition: BATCH_BYTES,
      allowAutoTopicCreation: false,
      // Starting again is left to whoever reads, who can say so, search anew and count.
      retry: { retries: 2, initialRetryTime: 100, restartOnFailure: () => Promise.resolve(false) },
    });
    const reader = new TopicReader(consumer, topic, position);
    try {
      await reader.start();
      return reader;
    } catch (error) {
      await reader.close();
      throw error;
    }
  }

  /** Reads on from this offset instead; what is held is given up. */
  seek(offset: number): void {
    this.position = offset;
    this.consumer.seek({ topic: this.topic, partition: 0, offset: String(offset) });
    this.letGo();
  }

  /**
   * The records that come next; undefined when none came within `patienceMs`, and now and then for no reason.
   * @throws ReadingCrashed
   */
  async next(patienceMs: number, signal: AbortSignal): Promise<readonly KafkaMessage[] | undefined> {
    if (this.held === undefined) await this.arrival.wait(patienceMs, signal);
    if (this.crash !== undefined) throw this.crash;
    if (this.held === undefined) return undefined;
    const { messages } = this.held;
    this.position = Number(messages.at(-1)?.offset) + 1;
    return messages;
  }

  /** Says that the records last given are dealt with, and the ones after them may come. */
  done(): void {
    this.letGo();
  }

  async close(): Promise<void> {
    this.closing.abort();
    this.letGo();
    // It has been seen to wait for ever for a fetch that never returns; then its sockets are left to the brokers.
    const patience = new Pause();
    const waiting = patience.wait(CLOSE_PATIENCE, new AbortController().signal);
    const closed = this.consumer.disconnect().catch(() => undefined);
    await Promise.race([closed.then(() => patience.wake()), waiting]);
  }

  private async start(): Promise<void> {
    const { consumer, topic } = this;
    consumer.on(consumer.events.CRASH, ({ payload: { error } }) => {
      this.crash = new ReadingCrashed(`${error.name}: ${error.message}`, { cause: error });
      this.arrival.wake();
    });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({ autoCommit: false, eachBatch: (payload) => this.take(payload) });
    if (this.crash !== undefined) throw this.crash;
    consumer.seek({ topic, partition: 0, offset: String(this.position) });
  }

  private async take(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const first = Number(batch.firstOffset());
    if (payload.isStale() || this.closing.signal.aborted) return;
    // After a rebalance kafkajs begins with the first record there is; so it does when the wanted offset is beyond the
    // end, because the topic was emptied, and then it is right.
    if (first < this.position && Number(batch.highWatermark) >= this.position) {
      this.consumer.seek({ topic: this.topic, partition: 0, offset: String(this.position) });
      return;
    }
    // A beat that fails means that the group does not know its member any more; the next fetch joins it again.
    const beat = setInterval(() => void payload.heartbeat().catch(() => undefined), HEARTBEAT);
    try {
      await new Promise<void>((release) => {
        this.held = { messages: batch.messages, release };
        this.arrival.wake();
      });
    } finally {
      clearInterval(beat);
    }
  }

  private letGo(): void {
    const { held } = this;
    this.held = undefined;
    held?.release();
  }
}

function healsItself(error: unknown): boolean {
  const cause = error instanceof ReadingCrashed ? error.cause : undefined;
  return cause instanceof Error && 'retriable' in cause && cause.retriable === true;
}
