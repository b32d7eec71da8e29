import type { KafkaMessage } from 'kafkajs';
import type { FeedEntry } from '../feed.js';
import { findOffset, type Place } from './find-offset.js';
import { entryOf } from './log-record.js';
import type { TopicReader } from './topic-reader.js';
import type { TopicBounds } from './topics.js';

/** A broker answers, but the records that it must have do not come. */
export class ReadingStalled extends Error {
  override readonly name = 'ReadingStalled';

  constructor(topic: string, patienceMs: number) {
    super(`no records of ${topic} came within ${patienceMs} ms, though there are some`);
  }
}

interface Search {
  readonly topic: string;
  readonly origin: string;
  readonly bounds: TopicBounds;
  /** Milliseconds that records which are there may take to come. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
}

/** Puts the reader where index `wanted` of the log is. @throws ReadingStalled */
export async function seekIndex(reader: TopicReader, wanted: number, search: Search): Promise<void> {
  const { bounds } = search;
  reader.seek(await findOffset(wanted, bounds, (offset) => placesFrom(reader, offset, search)));
}

/** The readable places among some records from the offset on; none when there are none up to the end. */
async function placesFrom(reader: TopicReader, offset: number, search: Search): Promise<readonly Place[]> {
  const { origin, bounds } = search;
  reader.seek(offset);
  for (let seen = offset; seen < bounds.high;) {
    const messages = await recordsOf(reader, search);
    const places = messages.flatMap((message) => placeOf(message, origin) ?? []);
    if (places.length > 0) return places;
    reader.done();
    seen = reader.position;
  }
  return [];
}

/** The entries of the log between two indexes that the topic has, each once, from the reader's position to the end. */
export async function entriesBetween(
  reader: TopicReader,
  { from, to }: { readonly from: number; readonly to: number },
  search: Search,
): Promise<readonly FeedEntry[]> {
  const found = new Map<number, FeedEntry>();
  while (reader.position < search.bounds.high && found.size < to - from) {
    for (const message of await recordsOf(reader, search)) {
      const entry = entryOf(message, search.origin);
      if (entry !== undefined && entry.index >= from && entry.index < to) found.set(entry.index, entry);
    }
    reader.done();
  }
  return [...found.values()].sort((a, b) => a.index - b.index);
}

async function recordsOf(reader: TopicReader, search: Search): Promise<readonly KafkaMessage[]> {
  const { topic, patienceMs, signal } = search;
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline && !signal.aborted;) {
    const messages = await reader.next(deadline - Date.now(), signal);
    if (messages !== undefined) return messages;
  }
  throw new ReadingStalled(topic, patienceMs);
}

function placeOf(message: KafkaMessage, origin: string): Place | undefined {
  const entry = entryOf(message, origin);
  return entry === undefined ? undefined : { offset: Number(message.offset), index: entry.index };
}
