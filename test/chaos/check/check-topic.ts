import type { Finding } from './finding.js';
import type { LogContent, TopicContent } from './log-content.js';
import { leafHashOf } from './merkle-roots.js';

/** After dropping what came twice, a topic's records are the log: all of it, in order, the same bytes. */
export function checkTopic(log: LogContent, topic: TopicContent): Finding[] {
  const where = `topic of ${log.origin}`;
  const findings: Finding[] = [];
  const leaves = new Map(log.entries.map(({ index, bytes }) => [index, leafHashOf(bytes)]));
  let next = 0;
  for (const { index, leaf, bytesLeaf } of topic.records) {
    if (leaf !== leaves.get(index) || bytesLeaf !== leaf)
      findings.push({ code: 'topic-altered', where, detail: `record of index ${index}` });
    if (index > next)
      findings.push({ code: 'topic-order', where, detail: `index ${index} comes before ${next}` });
    if (index >= next) next = index + 1;
  }
  const held = new Set(topic.records.map(({ index }) => index));
  const missing = log.entries.filter(({ index }) => !held.has(index)).map(({ index }) => index);
  if (missing.length > 0)
    findings.push({
      code: 'topic-lost',
      where,
      detail: `${missing.length} of ${log.entries.length}, the first of them ${String(missing[0])}`,
    });
  return findings;
}

/** How many records came more than once: allowed, and worth knowing. */
export function repeatedRecords({ records }: TopicContent): number {
  return records.length - new Set(records.map(({ index }) => index)).size;
}
