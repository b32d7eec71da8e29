import type { EntrySink, EntrySource, OpenSource } from '../entry-source.js';
import type { FeedEntry } from '../feed.js';
import { LogReading, type LogReadingPorts } from './log-reading.js';
import { entriesBetween, seekIndex } from './topic-log.js';
import { topicOf } from './topic-names.js';
import { TopicReader } from './topic-reader.js';

/** An origin that has no topic cannot be followed over Kafka. */
export class NoTopic extends Error {
  override readonly name = 'NoTopic';

  constructor(origin: string) {
    super(`${origin} is not the name of a log, so there is no topic for it`);
  }
}

/** Entries as they stand on the topics of their logs. */
export class KafkaSource implements EntrySource {
  constructor(private readonly ports: LogReadingPorts) {}

  open(origin: string, from: number, sink: EntrySink): OpenSource {
    return new LogReading(this.ports, { origin, topic: topicFor(origin), from, sink });
  }

  async reread(origin: string, from: number, limit: number): Promise<readonly FeedEntry[]> {
    const { kafka, topics, groupPrefix, lookMs: patienceMs } = this.ports;
    const topic = topicFor(origin);
    const bounds = await topics.bounds(topic);
    if (bounds === undefined || bounds.low === bounds.high) return [];
    const reader = await TopicReader.open({ kafka, topic, groupPrefix, position: bounds.low });
    const { signal } = new AbortController();
    const search = { topic, origin, bounds, patienceMs, signal };
    try {
      await seekIndex(reader, from, search);
      return await entriesBetween(reader, { from, to: from + limit }, search);
    } finally {
      await reader.close();
    }
  }
}

function topicFor(origin: string): string {
  const topic = topicOf(origin);
  if (topic === undefined) throw new NoTopic(origin);
  return topic;
}
