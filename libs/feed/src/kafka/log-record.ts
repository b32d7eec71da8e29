import type { KafkaMessage, Message } from 'kafkajs';
import type { FeedEntry } from '../feed.js';

/** One entry as a record of its log's topic: the entry's bytes, and its place beside them. */
export function recordOf({ origin, index, leafHash, bytes }: FeedEntry): Message {
  const place = { origin, index: String(index), leaf: leafHash };
  return { key: String(index), value: Buffer.from(bytes), headers: place };
}

/**
 * The entry of this log that a record says it is; undefined when it says no such thing. That the bytes have the leaf
 * hash is for the follower to see.
 */
export function entryOf(
  message: Pick<KafkaMessage, 'headers' | 'value'>,
  origin: string,
): FeedEntry | undefined {
  const index = header(message, 'index') ?? '';
  const leafHash = header(message, 'leaf') ?? '';
  if (header(message, 'origin') !== origin || message.value === null) return undefined;
  if (!/^(0|[1-9][0-9]{0,15})$/.test(index) || !Number.isSafeInteger(Number(index))) return undefined;
  if (!/^[0-9a-f]{64}$/.test(leafHash)) return undefined;
  return { origin, index: Number(index), leafHash, bytes: message.value };
}

/** Undefined also when a record has several of that name, or bytes that are no text. */
function header({ headers }: Pick<KafkaMessage, 'headers'>, name: string): string | undefined {
  const value = headers !== undefined && Object.hasOwn(headers, name) ? headers[name] : undefined;
  return typeof value === 'string' || Buffer.isBuffer(value) ? value.toString() : undefined;
}
