import { Rational, utcDate } from '@lodemark/domain';
import type { Case, Link } from './case.js';
import type { Told } from './effective-events.js';
import type { EntryRef } from './evidence.js';
import type { Grade } from './evidence-grade.js';
import { countingIn } from './key-standing.js';
import type { HandOver } from './lineage.js';

export interface Graded {
  readonly grade: Grade;
  /** Whether the goods crossed a border, or may have. */
  readonly border: boolean;
  readonly entries: readonly EntryRef[];
}

/**
 * A: both sides and a third party under its own key agree; across a border the third party saw the goods beyond it, or
 * cleared them. B: both sides agree. C: one side, with a document. D: one side's word.
 */
export function gradeOf(known: Case, link: Link): Graded {
  const { receipt, handOver } = link;
  const border = crossesBorder(known, link);
  if (handOver === undefined || !bothSides(link, handOver))
    return {
      grade: (receipt.event.documents ?? []).length > 0 ? 'C' : 'D',
      border,
      entries: [receipt.ref],
    };
  const voices = thirdVoices(known, handOver, receipt).filter(({ beyond }) => !border || beyond);
  return {
    grade: voices.length > 0 ? 'A' : 'B',
    border,
    entries: [handOver.dispatch.ref, receipt.ref, ...voices.map(({ ref }) => ref)],
  };
}

function crossesBorder(known: Case, { receipt, handOver }: Link): boolean {
  if (handOver === undefined) return true;
  const from = known.countryOf(handOver.dispatch);
  return from === undefined || from !== known.countryOf(receipt);
}

function bothSides({ lot, receipt: { event } }: Link, { dispatch }: HandOver): boolean {
  return (
    dispatch.event.to === event.facility &&
    dispatch.event.nonce === event.nonce &&
    dispatch.event.lots.some((line) => line.lot === lot)
  );
}

interface Voice {
  readonly beyond: boolean;
  readonly ref: EntryRef;
}

/** Carriers, customs brokers and surveyors that speak of this very dispatch and are in neither side's hands. */
function thirdVoices(known: Case, handOver: HandOver, receipt: Told): Voice[] {
  const { dispatch, reports, receipts, ends, assurances } = handOver;
  const home = known.countryOf(dispatch);
  const sides = [dispatch, receipt].flatMap((told) => operatorOf(known, told));
  const date = utcDate(dispatch.event.occurredAt);
  const told: Told[] = [dispatch, ...reports, ...receipts, ...ends, ...assurances];
  return told.flatMap(({ entry, ref }) =>
    countingIn(entry, known.facts).flatMap((attestation): Voice[] => {
      if (!('dispatch' in attestation) || attestation.dispatch !== dispatch.entry.payloadDigest) return [];
      const { organization } = attestation;
      if (sides.some((side) => inOneHand(known, side, { organization, date }))) return [];
      const beyond = attestation.type === 'Customs' || (attestation.place?.country ?? home) !== home;
      return [{ beyond, ref }];
    }),
  );
}

function operatorOf(known: Case, { event }: Told): string[] {
  const operator = known.facts.facility(event.facility, event.occurredAt)?.organization;
  return operator === undefined ? [] : [operator];
}

/**
 * One and the same, or one controls the other, or both have one parent, by holdings that count whole: a sister's word is
 * no third voice (domain.md 5.3: one that neither party controls).
 */
export function inOneHand(
  known: Case,
  side: string,
  { organization, date }: { organization: string; date: string },
): boolean {
  const over = controllers(known, side, date);
  return [...controllers(known, organization, date)].some((one) => over.has(one));
}

/** An organization and whoever controls it, through whomever. */
function controllers(known: Case, organization: string, date: string): ReadonlySet<string> {
  const whole = Rational.parse(known.parameters.attributionPercent);
  const controlled = new Set([organization]);
  for (const one of controlled)
    for (const line of known.facts.ownership(one, date)?.statement.holders ?? [])
      if (
        'organization' in line.holder &&
        [line.equity, line.votes, line.seats].some((share) => Rational.parse(share).compare(whole) >= 0)
      )
        controlled.add(line.holder.organization);
  return controlled;
}
