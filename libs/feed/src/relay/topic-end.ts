import { entryOf } from '../kafka/log-record.js';
import { isForbidden } from '../kafka/forbidden.js';
import { TopicReader, type TopicReaderOptions } from '../kafka/topic-reader.js';
import type { TopicBounds } from '../kafka/topics.js';

export interface TopicEndPorts extends Omit<TopicReaderOptions, 'position'> {
  readonly origin: string;
  readonly patienceMs: number;
  readonly signal: AbortSignal;
}

/** Records at the end that may be no entries of the log before it is taken for having none. */
const BACK = 100;

/**
 * Index after the last entry on a topic; undefined when that was not learnt in time, or not at all, for an operator may
 * be allowed only to write its topic.
 */
export async function endOfTopic(
  { low, high }: TopicBounds,
  ports: TopicEndPorts,
): Promise<number | undefined> {
  if (low === high) return 0;
  const { origin, patienceMs, signal } = ports;
  let reader: TopicReader | undefined;
  try {
    reader = await TopicReader.open({ ...ports, position: Math.max(low, high - BACK) });
    let end = 0;
    for (const deadline = Date.now() + patienceMs; reader.position < high;) {
      if (Date.now() > deadline || signal.aborted) return undefined;
      const messages = await reader.next(deadline - Date.now(), signal);
      if (messages === undefined) continue;
      for (const message of messages) {
        const entry = entryOf(message, origin);
        if (entry !== undefined) end = Math.max(end, entry.index + 1);
      }
      reader.done();
    }
    return end;
  } catch (error) {
    if (isForbidden(error)) return undefined;
    throw error;
  } finally {
    await reader?.close();
  }
}
