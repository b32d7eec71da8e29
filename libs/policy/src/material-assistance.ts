import { Rational, utcDate, type EventOf } from '@lodemark/domain';
import type { Case } from './case.js';
import { makerOf } from './custodians.js';
import { toldOf, type Told } from './effective-events.js';
import { prohibitedOn } from './prohibited.js';
import { remembered } from './remembered.js';

/** Whether prohibited entities had a hand in a material: its direct maker, somebody before, or nobody. */
export type MadeBy = 'prohibited' | 'unproven' | 'clear';

/** Percent of direct material costs that are shown to be free of prohibited entities, and that may be. */
export interface Assistance {
  readonly least: Rational;
  readonly most: Rational;
  readonly stated: Told<'MaterialCostsStated'> | undefined;
}

const HUNDRED = Rational.parse('100');

/**
 * The material assistance ratio of the subject as far as the evidence goes. A material counts against it if its direct
 * maker is a prohibited entity; it counts for it only if nobody who had a hand in it since the ground is one. Where no
 * costs are stated the ratio is known only if all materials are alike.
 */
export function assistanceOf(known: Case): Assistance {
  const materials = new Map(materialsOf(known).map((lot) => [lot, madeBy(known)(lot)]));
  const said = costsStated(known);
  const stated = said.at(-1);
  if (stated === undefined) {
    const all = [...materials.values()];
    return {
      least: all.length > 0 && all.every((one) => one === 'clear') ? HUNDRED : Rational.zero,
      most: all.length > 0 && all.every((one) => one === 'prohibited') ? Rational.zero : HUNDRED,
      stated,
    };
  }
  const sums = (wanted: MadeBy) =>
    said
      .map(({ event }) => costOf(event, (lot) => materials.get(lot) === wanted))
      .sort((a, b) => a.compare(b));
  // Books that say different things show what all of them say, and no more; a mistake in them is corrected.
  const least = sums('clear')[0] ?? Rational.zero;
  return { least, most: HUNDRED.sub(sums('prohibited')[0] ?? Rational.zero), stated };
}

function costOf({ materials }: EventOf<'MaterialCostsStated'>, counts: (lot: string) => boolean): Rational {
  return Rational.sum(
    materials.filter(({ lot }) => counts(lot)).map(({ percent }) => Rational.parse(percent)),
  );
}

/** What the maker of the subject says that its materials cost, by its books, as often as it said it. */
function costsStated(known: Case): readonly Told<'MaterialCostsStated'>[] {
  return toldOf(known.lineage.namingLot(known.subject), 'MaterialCostsStated').filter(
    ({ event }) => event.facility === makerOf(known.subject),
  );
}

/** What the operator of the subject's maker took in from others, or bought: where its own steps began. */
export function materialsOf(known: Case): readonly string[] {
  const own = operatorOf(known, makerOf(known.subject));
  const found = new Set<string>();
  const seen = new Set<string>();
  const open = [known.subject];
  for (let lot = open.pop(); lot !== undefined; lot = open.pop()) {
    if (seen.has(lot)) continue;
    seen.add(lot);
    const inputs = known.lineage
      .producersOf(lot)
      .flatMap((producer) => (producer.kind === 'process' ? producer.process.inputs : []))
      .map((input) => input.lot);
    const made = inputs.length > 0 && operatorOf(known, makerOf(lot)) === own;
    if (made) open.push(...inputs);
    else found.add(lot);
  }
  return [...found].sort();
}

function operatorOf(known: Case, facility: string): string | undefined {
  return known.facts.facility(facility, known.evidence.horizon.at)?.organization;
}

/** Of each lot of the case, asked once. */
const madeBy = remembered((known: Case) => {
  const answers = new Map<string, MadeBy>();
  const ofLot = (lot: string): MadeBy => {
    const before = answers.get(lot);
    if (before !== undefined) return before;
    const answer = standingOf(known, lot);
    answers.set(lot, answer);
    return answer;
  };
  return ofLot;
});

function standingOf(known: Case, material: string): MadeBy {
  const direct = hands(known, material).standing;
  if (direct !== 'clear') return direct;
  const seen = new Set<string>();
  const open = [material];
  for (let lot = open.pop(); lot !== undefined; lot = open.pop()) {
    if (seen.has(lot)) continue;
    seen.add(lot);
    const { standing, before } = hands(known, lot);
    // Whether what a supplier bought in turn counts is not settled: it is no pass, and no fail.
    if (standing !== 'clear') return 'unproven';
    open.push(...before);
  }
  return 'clear';
}

/** Who made a lot, and of what. */
function hands(known: Case, lot: string): { standing: MadeBy; before: readonly string[] } {
  const producers = known.lineage.producersOf(lot);
  const [producer] = producers;
  if (producer === undefined || producers.length > 1) return { standing: 'unproven', before: [] };
  if (producer.kind === 'created') return { standing: rootStanding(known, producer.told), before: [] };
  const { process } = producer;
  return {
    standing: facilityStanding(known, process.told),
    before: [...process.inputs.map((input) => input.lot), ...process.heelLots],
  };
}

function rootStanding(known: Case, told: Told<'LotCreated'>): MadeBy {
  const { origin } = told.event;
  if (origin.kind === 'mined') return facilityStanding(known, told);
  // Those who sold it, or collected it, are not registered: where a step was done in a covered country, one of there did it.
  if (origin.kind !== 'purchased') return 'unproven';
  const date = utcDate(told.event.occurredAt);
  const last = origin.chain?.at(-1);
  return last !== undefined && known.covered(last.country, date) ? 'prohibited' : 'unproven';
}

function facilityStanding(known: Case, told: Told): MadeBy {
  const { facility, occurredAt } = told.event;
  const instants = known.instantsOf(told, known.facts.facilityChanges(facility));
  const verdicts = instants.map((instant) => {
    const operator = known.facts.facility(facility, instant)?.organization;
    return operator === undefined ? 'unproven' : prohibitedOn(known, operator, utcDate(instant)).verdict;
  });
  const then = known.facts.facility(facility, occurredAt)?.organization;
  if (then !== undefined && verdicts.every((verdict) => verdict === 'prohibited')) return 'prohibited';
  return verdicts.every((verdict) => verdict === 'clear') ? 'clear' : 'unproven';
}
