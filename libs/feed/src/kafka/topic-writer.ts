import { Partitioners, type Kafka, type Message, type Producer } from 'kafkajs';
import type { FeedEntry } from '../feed.js';
import { recordOf } from './log-record.js';

/** A broker takes about 1 MiB in one request unless told otherwise (`message.max.bytes`); names and places come on top. */
const BATCH_BYTES = 512 * 1024;
const ALL_IN_SYNC = -1;

/**
 * Writes entries to topics: each batch acknowledged by all brokers that are in sync before the next is sent, so that
 * what is sent again comes after all that was acknowledged before. kafkajs's idempotence is left alone: it calls it
 * experimental, and consumers drop what they have had anyway.
 */
export class TopicWriter {
  private producer: Promise<Producer> | undefined;

  constructor(private readonly kafka: Kafka) {}

  /** Gives the offset after the last of them. Rejects when not all are acknowledged; some can be on the topic then. */
  async publish(topic: string, entries: readonly FeedEntry[]): Promise<number> {
    const opened = (this.producer ??= this.open());
    try {
      const producer = await opened;
      let end = 0;
      for (const messages of batchesOf(entries)) {
        const [answer] = await producer.send({ topic, messages, acks: ALL_IN_SYNC });
        end = Number(answer?.baseOffset) + messages.length;
      }
      return end;
    } catch (error) {
      if (this.producer === opened) await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    const producer = this.producer;
    this.producer = undefined;
    await producer?.then((open) => open.disconnect()).catch(() => undefined);
  }

  private async open(): Promise<Producer> {
    const producer = this.kafka.producer({
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    try {
      await producer.connect();
      return producer;
    } catch (error) {
      await producer.disconnect().catch(() => undefined);
      throw error;
    }
  }
}

function batchesOf(entries: readonly FeedEntry[]): Message[][] {
  const batches: Message[][] = [];
  let room = 0;
  for (const entry of entries) {
    if (batches.length === 0 || entry.bytes.length > room) {
      batches.push([]);
      room = BATCH_BYTES;
    }
    batches.at(-1)?.push({ ...recordOf(entry), partition: 0 });
    room -= entry.bytes.length;
  }
  return batches;
}
