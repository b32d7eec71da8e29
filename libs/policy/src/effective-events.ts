import { withReplacement, type CustodyEvent, type EventOf, type EventType } from '@lodemark/domain';
import type { EntryRef, Evidence, EvidenceEntry } from './evidence.js';
import { keyStanding, type KeyStanding } from './key-standing.js';
import { compareText, push, type RootFacts } from './root-facts.js';

/** One event as it counts: corrected where it was corrected, with the entry that it stands in. */
export interface ToldAs<E extends CustodyEvent> {
  readonly entry: EvidenceEntry;
  readonly event: E;
  readonly ref: EntryRef;
  /** Corrections that changed it, in log order. */
  readonly corrections: readonly EvidenceEntry[];
}

export type Told<T extends EventType = EventType> = ToldAs<EventOf<T>>;

export interface RejectedEntry {
  readonly entry: EvidenceEntry;
  readonly standing: Exclude<KeyStanding, 'valid' | 'suspect'>;
}

/** What the evidence says, sorted into what counts and what does not. */
export interface Sorted {
  readonly told: readonly Told[];
  readonly rejected: readonly RejectedEntry[];
  readonly suspect: readonly EvidenceEntry[];
  readonly conflicts: readonly EvidenceEntry[];
  /** Entries with the eventId of an earlier event in the same log: no honest log has them. */
  readonly repeated: readonly EvidenceEntry[];
  /** Events that a correction changed or took back, as `facility eventId`, with the index of the last one. */
  readonly correctedEvents: ReadonlyMap<string, number>;
  /** Corrections whose target is not in the evidence. */
  readonly orphanCorrections: readonly EvidenceEntry[];
  /** Facilities whose log has a fault, with the first index that does not count. */
  readonly faults: ReadonlyMap<string, number>;
}

/** Sorts entries by log and index, so that the order in which they came leaves no trace (invariant 5). */
export function sortEvidence(evidence: Evidence, facts: RootFacts): Sorted {
  const faults = faultsOf(evidence);
  const entries = distinct(evidence.entries).filter(
    ({ ref }) => ref.index < (faults.get(ref.facility) ?? Infinity),
  );
  const rejected: RejectedEntry[] = [];
  const suspect: EvidenceEntry[] = [];
  const good: EvidenceEntry[] = [];
  const conflicts: EvidenceEntry[] = [];
  for (const entry of entries) {
    const standing = keyStanding(entry, facts);
    if (entry.kind === 'conflict') conflicts.push(entry);
    else if (standing === 'valid' || standing === 'suspect') good.push(entry);
    else rejected.push({ entry, standing });
    if (standing === 'suspect' && entry.kind === 'event') suspect.push(entry);
  }
  const { first, repeated } = firstOfEachEvent(good);
  return { ...corrected(first), rejected, suspect, conflicts, repeated, faults };
}

function faultsOf({ faults }: Evidence): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  for (const { facility, fromIndex } of faults) {
    const before = first.get(facility);
    if (before === undefined || fromIndex < before) first.set(facility, fromIndex);
  }
  return first;
}

function distinct(entries: readonly EvidenceEntry[]): EvidenceEntry[] {
  const byPlace = new Map(
    entries.map((entry) => [`${entry.ref.facility} ${String(entry.ref.index)} ${entry.ref.leaf}`, entry]),
  );
  return [...byPlace.values()].sort(byLogOrder);
}

function byLogOrder(a: EvidenceEntry, b: EvidenceEntry): number {
  return (
    compareText(a.ref.facility, b.ref.facility) ||
    a.ref.index - b.ref.index ||
    compareText(a.ref.leaf, b.ref.leaf)
  );
}

function firstOfEachEvent(entries: readonly EvidenceEntry[]): {
  first: EvidenceEntry[];
  repeated: EvidenceEntry[];
} {
  const seen = new Set<string>();
  const first: EvidenceEntry[] = [];
  const repeated: EvidenceEntry[] = [];
  for (const entry of entries) {
    const identity = `${entry.ref.facility} ${entry.event.eventId}`;
    (seen.has(identity) ? repeated : first).push(entry);
    seen.add(identity);
  }
  return { first, repeated };
}

function corrected(
  entries: readonly EvidenceEntry[],
): Pick<Sorted, 'told' | 'correctedEvents' | 'orphanCorrections'> {
  const corrections = new Map<string, EvidenceEntry[]>();
  const present = new Set(entries.map(({ ref, event }) => `${ref.facility} ${event.eventId}`));
  const orphanCorrections: EvidenceEntry[] = [];
  for (const entry of entries) {
    if (entry.event.type !== 'Corrected') continue;
    const target = `${entry.ref.facility} ${entry.event.target.eventId}`;
    if (present.has(target)) push(corrections, target, entry);
    else orphanCorrections.push(entry);
  }
  const told = entries.flatMap((entry): Told[] => {
    if (entry.event.type === 'Corrected') return [];
    const changes = corrections.get(`${entry.ref.facility} ${entry.event.eventId}`) ?? [];
    const event = lastWord(entry.event, changes);
    return event === null ? [] : [{ entry, event: event, ref: entry.ref, corrections: changes }];
  });
  const correctedEvents = new Map(
    [...corrections].map(([event, changes]) => [event, changes.at(-1)?.ref.index ?? 0]),
  );
  return { told, correctedEvents, orphanCorrections };
}

function lastWord(original: CustodyEvent, corrections: readonly EvidenceEntry[]): CustodyEvent | null {
  const last = corrections.at(-1)?.event;
  return last?.type === 'Corrected' ? withReplacement(original, last) : original;
}

/** Narrows to events of one type. */
export function isTold<T extends EventType>(told: Told, type: T): told is Told<T> {
  return told.event.type === type;
}

export function toldOf<T extends EventType>(told: readonly Told[], type: T): Told<T>[] {
  return told.filter((one): one is Told<T> => one.event.type === type);
}
