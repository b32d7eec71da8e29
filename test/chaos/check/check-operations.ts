import { createHash } from 'node:crypto';
import { isResolved, type History, type Operation } from '../history.js';
import type { ConflictReference } from '../journal-lines.js';
import type { Finding } from './finding.js';
import type { LogContent, ReadEntry, ReadHeads } from './log-content.js';
import { readEntries } from './read-entries.js';

/** Every facility's log as it was found, by facility. */
export type FacilityLogs = ReadonlyMap<string, LogContent>;

interface Read {
  readonly origin: string;
  readonly entries: readonly (ReadEntry | ReadHeads | undefined)[];
  /** By event id and payload. */
  readonly byStatement: ReadonlyMap<string, readonly ReadEntry[]>;
}

/** What clients were told, held against what is in the logs. */
export function checkOperations(history: History, logs: FacilityLogs): Finding[] {
  const read = new Map([...logs].map(([facility, log]) => [facility, readLog(log)]));
  const findings: Finding[] = [];
  for (const operation of history.operations.values()) {
    const log = read.get(operation.facility);
    if (log === undefined)
      findings.push({ code: 'lost', where: operation.facility, detail: 'there is no such log' });
    else findings.push(...checkOperation(operation, log));
  }
  for (const [facility, log] of read) findings.push(...checkNothingElse({ facility, log, history }));
  return findings;
}

function readLog(log: LogContent): Read {
  const entries = readEntries(log);
  const byStatement = new Map<string, ReadEntry[]>();
  for (const entry of entries) {
    if (entry === undefined || entry.kind === 'heads') continue;
    const key = statementOf(entry);
    byStatement.set(key, [...(byStatement.get(key) ?? []), entry]);
  }
  return { origin: log.origin, entries, byStatement };
}

function statementOf({ eventId, payloadDigest }: { eventId: string; payloadDigest: string }): string {
  return `${eventId} ${payloadDigest}`;
}

function checkOperation(operation: Operation, log: Read): Finding[] {
  const where = `operation ${operation.op} at ${operation.facility}`;
  const found = log.byStatement.get(statementOf(operation)) ?? [];
  // A contradiction is acknowledged too: where it is recorded as such.
  const told: readonly ConflictReference[] = [
    ...operation.receipts.map(({ receipt }) => receipt),
    ...operation.refusals.flatMap(({ conflict }) => conflict ?? []),
  ];
  const findings: Finding[] = [];
  const cry = (code: Finding['code'], detail: string) => findings.push({ code, where, detail });
  if (!isResolved(operation)) cry('unresolved', `sent ${operation.sentAt.length} times, never answered`);
  const isBoth = operation.receipts.length > 0 && operation.refusals.length > 0;
  if (isBoth || new Set(told.map((receipt) => JSON.stringify(receipt))).size > 1)
    cry('answer-changed', 'it was answered in more than one way');
  for (const receipt of told.slice(0, 1)) {
    const entry = log.entries[receipt.index];
    const itself = found.find(({ index }) => index === receipt.index);
    if (itself === undefined && found.length > 0)
      cry('moved', `acknowledged at ${receipt.index}, found elsewhere`);
    else if (itself === undefined)
      cry(entry === undefined ? 'lost' : lostOrAltered(entry, operation), at(receipt));
    else if (itself.leaf !== receipt.leaf) cry('altered', at(receipt));
    else if (digestOf(itself.jws) !== operation.jwsDigest)
      cry('altered', `${at(receipt)}: other signed bytes`);
  }
  for (const { receipt } of operation.receipts)
    if (receipt.origin !== log.origin || receipt.eventId !== operation.eventId)
      cry('answer-changed', `the receipt is of ${receipt.eventId} in ${receipt.origin}`);
  if (found.length > 1) cry('duplicate', `it stands at ${found.map(({ index }) => index).join(' and ')}`);
  findings.push(...checkExpectation(operation, found, where));
  return findings;
}

/** Another statement at its place: it was lost. The same event with other bytes: it was altered. */
function lostOrAltered(entry: ReadEntry | ReadHeads, operation: Operation): 'lost' | 'altered' {
  return entry.kind !== 'heads' && entry.eventId === operation.eventId ? 'altered' : 'lost';
}

function at({ index }: ConflictReference): string {
  return `acknowledged at index ${index}`;
}

function checkExpectation(operation: Operation, found: readonly ReadEntry[], where: string): Finding[] {
  const { expects, receipts, refusals, unknown } = operation;
  const codes = [...new Set(refusals.map(({ status, code }) => `${status} ${code}`))].join(', ');
  if (expects === 'recorded' && refusals.length > 0)
    return [{ code: 'refused-though-sound', where, detail: codes }];
  if (expects === 'refused') {
    if (receipts.length > 0 || (found.length > 0 && unknown === 0))
      return [{ code: 'recorded-though-refused', where, detail: 'it speaks of a lot that was never there' }];
  }
  const isConflict = found.every(({ kind }) => kind === 'conflict');
  if (expects === 'conflict' && (receipts.length > 0 || !isConflict))
    return [{ code: 'recorded-though-refused', where, detail: 'a contradiction was taken for an event' }];
  return [];
}

interface Rest {
  readonly facility: string;
  readonly log: Read;
  readonly history: History;
}

/** Nothing stands in the log that no client sent, and no event twice. */
function checkNothingElse({ facility, log, history }: Rest): Finding[] {
  const sent = new Map<string, string>();
  for (const operation of history.operations.values())
    if (operation.facility === facility) sent.set(statementOf(operation), operation.jwsDigest);
  const findings: Finding[] = [];
  const events = new Map<string, number>();
  let recordedAt = '';
  log.entries.forEach((entry, position) => {
    const where = `${log.origin}/${position}`;
    if (entry === undefined) {
      findings.push({ code: 'altered', where, detail: 'no entry of a facility log' });
      return;
    }
    if (entry.recordedAt < recordedAt)
      findings.push({ code: 'moved', where, detail: `recorded ${entry.recordedAt} after ${recordedAt}` });
    recordedAt = entry.recordedAt;
    // Nobody sent it; the audit makes its map again.
    if (entry.kind === 'heads') return;
    if (sent.get(statementOf(entry)) !== digestOf(entry.jws))
      findings.push({ code: 'invented', where, detail: `nobody sent event ${entry.eventId} like this` });
    const first = events.get(entry.eventId);
    if (entry.kind === 'event' && first !== undefined)
      findings.push({ code: 'duplicate', where, detail: `event ${entry.eventId} stands at ${first} too` });
    if (entry.kind === 'event') events.set(entry.eventId, position);
  });
  return findings;
}

function digestOf(jws: string): string {
  return createHash('sha256').update(jws).digest('hex');
}
