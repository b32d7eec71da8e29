import type { Evidence } from '../check/check.js';
import { repeatedRecords } from '../check/check-topic.js';
import type { Finding, FindingCode } from '../check/finding.js';
import { isResolved } from '../history.js';
import { waitingByKind, type Waiting } from './waiting.js';

/** What a run shows, in numbers. */
export interface Outcome {
  readonly acknowledged: number;
  readonly refused: number;
  /** Operations that at some time had no answer, and how many of them have one now. */
  readonly unknown: number;
  readonly unknownResolved: number;
  readonly entries: number;
  readonly checkpoints: number;
  readonly faults: number;
  readonly waiting: readonly Waiting[];
  readonly lost: number;
  readonly duplicates: number;
  readonly forks: number;
  readonly topics: number;
  readonly repeatedRecords: number;
  readonly isDigestEqual: boolean;
  readonly findings: readonly Finding[];
}

const LOSS: readonly FindingCode[] = ['lost', 'altered', 'moved', 'topic-lost'];

export function outcomeOf(evidence: Evidence, findings: readonly Finding[]): Outcome {
  const operations = [...evidence.history.operations.values()];
  const unknown = operations.filter((operation) => operation.unknown > 0);
  const waiting = waitingByKind(evidence.history, [...evidence.logs.keys()]);
  const count = (...codes: readonly FindingCode[]) =>
    findings.filter(({ code }) => codes.includes(code)).length;
  const logs = [evidence.root, ...evidence.logs.values()];
  return {
    acknowledged: operations.filter(({ receipts }) => receipts.length > 0).length,
    refused: operations.filter(({ receipts, refusals }) => receipts.length === 0 && refusals.length > 0)
      .length,
    unknown: unknown.length,
    unknownResolved: unknown.filter(isResolved).length,
    entries: logs.reduce((sum, { entries }) => sum + entries.length, 0),
    checkpoints: evidence.history.checkpoints.length,
    faults: waiting.reduce((sum, one) => sum + one.count, 0),
    waiting,
    lost: count(...LOSS),
    duplicates: count('duplicate'),
    forks: count('fork'),
    topics: evidence.topics.length,
    repeatedRecords: evidence.topics.reduce((sum, topic) => sum + repeatedRecords(topic), 0),
    isDigestEqual: count('digest-differs') === 0,
    findings,
  };
}
