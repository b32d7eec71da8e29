import type { Case, Link } from './case.js';
import { toldOf, type Told } from './effective-events.js';
import type { EntryRef } from './evidence.js';
import type { HandOver } from './lineage.js';
import { cutAtReceipt, isHurt, sealsSeen, sealWrong, sentSeals, sightings } from './transit.js';
import { loadsOf } from './rules/link-findings.js';

/** A seal of a dispatch that did not stay as it was put on: broken, opened, replaced, missing, or another one. */
export interface SealIncident {
  readonly seal: string;
  readonly condition: string;
  readonly country: string;
  readonly entries: readonly EntryRef[];
}

/** What happened to the seals of one hand-over, by the words of everybody who saw them. */
export function sealIncidents(known: Case, link: Link, handOver: HandOver): SealIncident[] {
  const sent = sentSeals(handOver);
  const came = cameSeals(link, handOver);
  const accepted = [...sent, ...replacements(known, link, handOver)];
  const { ref } = link.receipt;
  const atReceipt = (seal: string, condition: string): SealIncident => ({
    seal,
    condition,
    country: known.countryOf(link.receipt) ?? 'an unsaid place',
    entries: [ref],
  });
  const hurt = (link.receipt.event.seals ?? []).filter(({ condition }) => condition !== 'intact');
  const seen = sightings(known, handOver).flatMap((sighting): SealIncident[] => {
    const wrong = sealWrong(sighting, { sent, accepted });
    return wrong === undefined ? [] : [{ ...wrong, entries: [sighting.entry] }];
  });
  const unnamed = sealsHurt(known, link, handOver).map(({ event, ref: entry }): SealIncident => ({
    seal: event.seal.number,
    condition: event.type === 'SealBroken' ? 'broken' : event.condition,
    country: event.place?.country ?? 'an unsaid place',
    entries: [entry],
  }));
  return [
    ...seen,
    ...unnamed,
    ...sent.filter((seal) => !came.includes(seal)).map((seal) => atReceipt(seal, 'missing')),
    ...came.filter((seal) => !sent.includes(seal)).map((seal) => atReceipt(seal, 'another')),
    ...hurt.map(({ number, condition }) => atReceipt(number, condition)),
  ];
}

/** Seals as they were found on arrival, in whichever load. */
export function cameSeals(link: Link, handOver: HandOver): string[] {
  return [
    ...new Set(
      loadsOf(link, handOver).flatMap(({ event }) => (event.seals ?? []).map(({ number }) => number)),
    ),
  ];
}

/** What should have come: the seals that were sent, each with the one that took its place where that is recorded. */
export function expectedSeals(known: Case, link: Link, handOver: HandOver): string[] {
  const replaced = new Map(
    broken(known, link, handOver).flatMap(({ event: { seal, replacedBy } }) =>
      replacedBy === undefined ? [] : [[seal.number, replacedBy.number] as const],
    ),
  );
  return sentSeals(handOver).map((seal) => {
    let now = seal;
    for (const passed = new Set<string>(); replaced.has(now) && !passed.has(now);) {
      passed.add(now);
      now = replaced.get(now) ?? now;
    }
    return now;
  });
}

/** Seals that were put on in the place of broken ones, as far as it is recorded. */
function replacements(known: Case, link: Link, handOver: HandOver): string[] {
  return broken(known, link, handOver).flatMap(({ event }) => event.replacedBy?.number ?? []);
}

function broken(known: Case, link: Link, handOver: HandOver): Told<'SealBroken'>[] {
  const hurt: Told[] = [...handOver.reports, ...sealsHurt(known, link, handOver)];
  return toldOf(hurt, 'SealBroken').filter((told) => !cutAtReceipt(known, handOver, told));
}

/** Reports that are kept of what happened: by incident report, or with the breaking itself. */
export function reportedSeals(known: Case, link: Link, handOver: HandOver): ReadonlySet<string> {
  const digest = handOver.dispatch.entry.payloadDigest;
  const reports = toldOf(known.lineage.namingLot(link.lot), 'IncidentReported')
    .filter(({ entry, event }) => known.concerns(entry) && (event.dispatch ?? digest) === digest)
    .flatMap(({ event }) => event.seals.map(({ number }) => number));
  const filed = broken(known, link, handOver).flatMap(({ event }) =>
    event.incident === undefined
      ? []
      : [event.seal.number, ...(event.replacedBy === undefined ? [] : [event.replacedBy.number])],
  );
  return new Set([...reports, ...filed]);
}

/** Seals of the dispatch that somebody found hurt before they came, and said so without naming the dispatch. */
export function sealsHurt(
  known: Case,
  { lot, receipt }: Link,
  handOver: HandOver,
): ReturnType<typeof sealsSeen> {
  return sealsSeen(known, { lot, handOver, end: receipt }).filter(isHurt);
}
