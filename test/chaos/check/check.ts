import type { VerifierKey } from '@lodemark/transparency';
import type { History } from '../history.js';
import { checkCheckpoints, checkTree } from './check-log.js';
import { checkDigests, type Digests } from './check-digests.js';
import { checkOperations, type FacilityLogs } from './check-operations.js';
import { checkReceiptSignatures } from './check-receipt-signatures.js';
import { checkTopic } from './check-topic.js';
import type { Finding } from './finding.js';
import type { LogContent, SeenCheckpoint, TopicContent } from './log-content.js';
import { noteKey, readRootStatements } from './root-statements.js';

/** All that a run left behind, as plain data. */
export interface Evidence {
  readonly history: History;
  readonly logs: FacilityLogs;
  readonly root: LogContent;
  /** The pinned key of the root log. */
  readonly rootKey: VerifierKey;
  /** What the services signed and kept, and what clients were given. */
  readonly checkpoints: readonly SeenCheckpoint[];
  /** Empty where nothing went over Kafka. */
  readonly topics: readonly TopicContent[];
  readonly digests: Digests;
}

/** Everything that is wrong with a run; empty when nothing is. */
export async function check(evidence: Evidence): Promise<readonly Finding[]> {
  const { history, logs, root, rootKey, topics, digests } = evidence;
  const statements = readRootStatements(root);
  const seen = [...evidence.checkpoints, ...history.checkpoints, ...statements.checkpoints];
  const all = [root, ...logs.values()];
  const findings: Finding[] = all.flatMap(checkTree);
  findings.push(...checkOperations(history, logs));
  findings.push(...(await checkReceiptSignatures(history, statements.logKeys)));
  findings.push(
    ...(await checkCheckpoints({ log: root, seen: of(root, seen), key: rootKey })),
    ...unknownOrigins(seen, all),
  );
  for (const [facility, log] of logs) {
    const key = noteKey(log.origin, statements.logKeys.get(facility));
    findings.push(...(await checkCheckpoints({ log, seen: of(log, seen), key })));
  }
  for (const topic of topics) {
    const log = all.find(({ origin }) => origin === topic.origin);
    if (log !== undefined) findings.push(...checkTopic(log, topic));
  }
  findings.push(...checkDigests(digests));
  return findings;
}

function of({ origin }: LogContent, seen: readonly SeenCheckpoint[]): readonly SeenCheckpoint[] {
  return seen.filter(({ note }) => originOf(note) === origin);
}

function unknownOrigins(seen: readonly SeenCheckpoint[], logs: readonly LogContent[]): Finding[] {
  const known = new Set(logs.map(({ origin }) => origin));
  return seen
    .filter(({ note }) => !known.has(originOf(note)))
    .map(({ from, note }) => ({
      code: 'fork',
      where: originOf(note),
      detail: `${from} gave a checkpoint of it`,
    }));
}

function originOf(note: string): string {
  return note.split('\n', 1)[0] ?? '';
}
