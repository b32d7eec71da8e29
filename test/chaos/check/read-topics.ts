import kafkajs, { type Kafka as Client, type KafkaMessage } from 'kafkajs';
import type { TopicContent } from './log-content.js';
import { leafHashOf } from './merkle-roots.js';

const { Kafka, logLevel } = kafkajs;
const PATIENCE_MS = 180_000;

/** A log and the topic that it travels on. */
export interface Travelling {
  readonly origin: string;
  readonly topic: string;
  /** Entries of the log. */
  readonly size: number;
}

/** Reads topics from their beginning to the end, once the relays have published the last entry of each log. */
export async function readTopics(
  brokers: readonly string[],
  logs: readonly Travelling[],
): Promise<readonly TopicContent[]> {
  const client = new Kafka({ brokers: [...brokers], clientId: 'lodemark-chaos', logLevel: logLevel.NOTHING });
  const read: TopicContent[] = [];
  for (const log of logs) read.push({ origin: log.origin, records: await recordsOf(client, log) });
  return read;
}

type Records = TopicContent['records'][number][];

/** Up to the end, and the last entry; without it whatever came in time. */
async function recordsOf(client: Client, { topic, size }: Travelling): Promise<Records> {
  const records: Records = [];
  let [next, end] = [0, await endOf(client, topic)];
  const groupId = `lodemark-chaos-${topic}-${process.pid}`;
  const consumer = client.consumer({ groupId, maxWaitTimeInMs: 200 });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  const deadline = Date.now() + PATIENCE_MS;
  try {
    await consumer.run({
      autoCommit: false,
      eachMessage: ({ message }) => {
        records.push(recordOf(message));
        next = Number(message.offset) + 1;
        return Promise.resolve();
      },
    });
    while ((next < end || !records.some(({ index }) => index === size - 1)) && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      end = await endOf(client, topic);
    }
  } finally {
    await consumer.disconnect();
  }
  return records;
}

async function endOf(client: Client, topic: string): Promise<number> {
  const admin = client.admin();
  try {
    await admin.connect();
    const [bounds] = await admin.fetchTopicOffsets(topic);
    return Number(bounds?.high ?? 0);
  } finally {
    await admin.disconnect();
  }
}

function recordOf({ headers, value }: KafkaMessage): Records[number] {
  const index = Number(headers?.['index']?.toString() ?? -1);
  return {
    index,
    leaf: headers?.['leaf']?.toString() ?? '',
    bytesLeaf: leafHashOf(value ?? Buffer.alloc(0)),
  };
}
