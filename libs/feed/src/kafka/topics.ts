import { setTimeout as pause } from 'node:timers/promises';
import kafkajs, { type Admin, type Kafka } from 'kafkajs';

/** Offsets of a topic's one partition: of its first record, and the one that its next record will get. */
export interface TopicBounds {
  readonly low: number;
  readonly high: number;
}

/** A topic of a log was made by somebody with several partitions: its records have no order then. */
export class TopicUnfit extends Error {
  override readonly name = 'TopicUnfit';
}

/** How often it is asked who leads a topic that was made, or moved to another broker, this moment; 5 s in all. */
const LEADER = { tries: 20, pauseMs: 250 };

/**
 * What is asked of the brokers about topics. Whatever fails lets go of its connections, so that the next question
 * begins anew.
 */
export class Topics {
  private admin: Promise<Admin> | undefined;

  constructor(private readonly kafka: Kafka) {}

  /** Undefined when there is no such topic, or none that this client may know of. @throws TopicUnfit */
  async bounds(topic: string): Promise<TopicBounds | undefined> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.boundsNow(topic);
      } catch (error) {
        if (!isOfMovingLeader(error) || tries === LEADER.tries) throw error;
        await pause(LEADER.pauseMs);
      }
    }
  }

  private async boundsNow(topic: string): Promise<TopicBounds | undefined> {
    return this.ask(async (admin) => {
      if (!(await admin.listTopics()).includes(topic)) return undefined;
      const offsets = await admin.fetchTopicOffsets(topic);
      const [only] = offsets;
      if (only === undefined || offsets.length > 1)
        throw new TopicUnfit(`topic ${topic} has ${offsets.length} partitions instead of one`);
      return { low: Number(only.low), high: Number(only.high) };
    });
  }

  /**
   * Makes a log's topic: one partition, kept for ever, on three brokers where there are three. False when it is there
   * already.
   */
  async create(topic: string): Promise<boolean> {
    return this.ask(async (admin) => {
      const { brokers } = await admin.describeCluster();
      const replicationFactor = Math.min(3, brokers.length);
      const settings = {
        'cleanup.policy': 'delete',
        'retention.ms': '-1',
        'retention.bytes': '-1',
        // One of three may be away and acknowledged records are still on two disks.
        'min.insync.replicas': String(Math.min(2, replicationFactor)),
        // A producer whose clock is wrong is no reason to refuse its entries (KIP-937).
        'message.timestamp.type': 'LogAppendTime',
      };
      const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
      const wanted = { topic, numPartitions: 1, replicationFactor, configEntries };
      return admin.createTopics({ topics: [wanted], waitForLeaders: true });
    });
  }

  async ask<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    const asked = (this.admin ??= connected(this.kafka.admin()));
    try {
      return await question(await asked);
    } catch (error) {
      if (this.admin === asked) await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    const admin = this.admin;
    this.admin = undefined;
    await admin?.then((open) => open.disconnect()).catch(() => undefined);
  }
}

// The client itself does not ask again: it holds this for final.
function isOfMovingLeader(error: unknown): boolean {
  return (
    error instanceof kafkajs.KafkaJSProtocolError &&
    ['NOT_LEADER_FOR_PARTITION', 'LEADER_NOT_AVAILABLE'].includes(error.type)
  );
}

async function connected(admin: Admin): Promise<Admin> {
  try {
    await admin.connect();
    return admin;
  } catch (error) {
    await admin.disconnect().catch(() => undefined);
    throw error;
  }
}
