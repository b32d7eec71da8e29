import {
  lotsNamed,
  withReplacement,
  type CustodyEvent,
  type EventOf,
  type EventType,
} from '@lodemark/domain';
import type { EntryRef, Evidence, EvidenceEntry } from './evidence.js';
import { keyStanding, type KeyStanding } from './key-standing.js';
import { remembered, rememberedPair } from './remembered.js';
import { compareText, push, type RootFacts } from './root-facts.js';

/** One event as it counts: corrected where it was corrected, with the entry that it stands in. */
export interface ToldAs<E extends CustodyEvent> {
  readonly entry: EvidenceEntry;
  readonly event: E;
  readonly ref: EntryRef;
  /** Corrections that changed it, in log order. */
  readonly corrections: readonly EvidenceEntry[];
  /** When a root checkpoint first covered the correction that made of it another happening than it first told of. */
  readonly retoldAt?: string;
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
  /** Events that a correction changed or took back, as `facility eventId`, with the last one. */
  readonly correctedEvents: ReadonlyMap<string, EvidenceEntry>;
  /** Corrections whose target is not in the evidence. */
  readonly orphanCorrections: readonly EvidenceEntry[];
  /** Corrections of a correction, of another payload or type than the event has: no door lets them in, and none counts. */
  readonly misfitCorrections: readonly EvidenceEntry[];
  /** Facilities whose log has a fault, with the first index that does not count. */
  readonly faults: ReadonlyMap<string, number>;
}

/** Sorts entries by log and index, so that the order in which they came leaves no trace (invariant 5). */
export function sortEvidence(evidence: Pick<Evidence, 'faults' | 'entries'>, facts: RootFacts): Sorted {
  const faults = faultsOf(evidence);
  const entries = distinct(evidence.entries).filter(
    ({ ref }) => ref.index < (faults.get(ref.facility) ?? Infinity),
  );
  const rejected: RejectedEntry[] = [];
  const suspect: EvidenceEntry[] = [];
  const good: EvidenceEntry[] = [];
  const conflicts: EvidenceEntry[] = [];
  for (const entry of entries) {
    const standing = standingOf(facts, entry);
    if (entry.kind === 'conflict') conflicts.push(entry);
    else if (standing === 'valid' || standing === 'suspect') good.push(entry);
    else rejected.push({ entry, standing });
    if (standing === 'suspect' && entry.kind === 'event') suspect.push(entry);
  }
  const { first, repeated } = firstOfEachEvent(good);
  return { ...corrected(first), rejected, suspect, conflicts, repeated, faults };
}

const standingOf = rememberedPair((facts: RootFacts, entry: EvidenceEntry) => keyStanding(entry, facts));

function faultsOf({ faults }: Pick<Evidence, 'faults'>): ReadonlyMap<string, number> {
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
): Pick<Sorted, 'told' | 'correctedEvents' | 'orphanCorrections' | 'misfitCorrections'> {
  const corrections = new Map<string, EvidenceEntry[]>();
  const present = new Map(entries.map((entry) => [`${entry.ref.facility} ${entry.event.eventId}`, entry]));
  const orphanCorrections: EvidenceEntry[] = [];
  const misfitCorrections: EvidenceEntry[] = [];
  for (const entry of entries) {
    if (entry.event.type !== 'Corrected') continue;
    const target = `${entry.ref.facility} ${entry.event.target.eventId}`;
    const original = present.get(target);
    if (original === undefined) orphanCorrections.push(entry);
    else if (fits(entry.event, original)) push(corrections, target, entry);
    else misfitCorrections.push(entry);
  }
  const told = entries.flatMap((entry): Told[] => {
    if (entry.event.type === 'Corrected') return [];
    const changes = corrections.get(`${entry.ref.facility} ${entry.event.eventId}`);
    if (changes === undefined) return [asPosted(entry)];
    const event = lastWord(entry.event, changes);
    if (event === null) return [];
    const retold = retoldBy(entry, changes);
    return [
      {
        entry,
        event,
        ref: entry.ref,
        corrections: changes,
        ...(retold === undefined ? {} : { retoldAt: retold.covered.at }),
      },
    ];
  });
  const correctedEvents = new Map(
    [...corrections].flatMap(([event, changes]) =>
      changes.slice(-1).map((last): [string, EvidenceEntry] => [event, last]),
    ),
  );
  return { told, correctedEvents, orphanCorrections, misfitCorrections };
}

/** What nobody corrected is told the same way in every evidence set, and so is all that is worked out of it. */
const asPosted = remembered((entry: EvidenceEntry): Told => ({
  entry,
  event: entry.event,
  ref: entry.ref,
  corrections: [],
}));

function fits(
  { target, replacement }: EventOf<'Corrected'>,
  { event, payloadDigest }: EvidenceEntry,
): boolean {
  if (event.type === 'Corrected' || target.payload !== payloadDigest) return false;
  return replacement === null || replacement.type === event.type;
}

/**
 * The first correction since which the event tells of what it tells of now, if it did not from the beginning: a number
 * set right leaves an event as old as it was, another time, step or lot does not.
 */
function retoldBy(original: EvidenceEntry, corrections: readonly EvidenceEntry[]): EvidenceEntry | undefined {
  const versions = [
    happening(original.event),
    ...corrections.map((_, index) => happening(lastWord(original.event, corrections.slice(0, index + 1)))),
  ];
  const now = versions.at(-1);
  const since = versions.findLastIndex((version) => version !== now);
  return corrections[since];
}

/** What happened, when and with which lots; not how much of it, nor what the papers say. */
function happening(event: CustodyEvent | null): string {
  if (event === null) return '';
  const { startedAt, endedAt, step, dispatch, to }: Partial<Record<string, unknown>> = { ...event };
  const mined = event.type === 'LotCreated' && event.origin.kind === 'mined' ? event.origin : undefined;
  return JSON.stringify([
    event.type,
    event.occurredAt,
    startedAt,
    endedAt,
    step,
    dispatch,
    to,
    lotsNamed(event),
    mined?.minedFrom,
    mined?.minedTo,
  ]);
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

/** Each event once, by its place in its log. */
export function distinctTold<T extends Told>(told: readonly T[]): T[] {
  return [...new Map(told.map((one) => [`${one.ref.facility} ${String(one.ref.index)}`, one])).values()];
}
