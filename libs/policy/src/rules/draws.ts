import {
  evolve,
  Rational,
  refold,
  SCALE_TOLERANCE,
  toKilograms,
  unknownLot,
  type LotState,
  type RecordedEvent,
} from '@lodemark/domain';
import type { Case } from '../case.js';
import { cumulated } from '../cumulated.js';
import type { Told } from '../effective-events.js';
import type { EntryRef } from '../evidence.js';
import { fail, insufficient, orPass, type Found } from '../found.js';
import type { Process } from '../lineage.js';
import { Kept, remembered } from '../remembered.js';
import { push } from '../root-facts.js';
import type { Rule } from '../rule.js';
import type { FindingCode } from '../sentences.js';
import { percent } from '../shares.js';

/**
 * C38: no lot is drawn on for more than it held, at any facility, once corrections are folded in; splits, merges,
 * repacking, dispatches and returns conserve mass. Exceeded FAIL (the door refuses it where the facility's own log
 * shows it at once).
 */
export const c38: Rule = (known) => {
  const against = [
    ...known.lots.flatMap((lot) => overDrawn(known, lot)),
    ...known.processes.flatMap((process) => notConserved(known, process)),
    ...gainsTogether(known),
  ];
  return orPass(against, 'no-lot-over-drawn', { facts: { lots: known.lots.length } });
};

/** What a lot was drawn on for follows from what is told of it, by the first who tells of it. */
const keptDraws = remembered((_first: Told) => new Map<string, Kept<readonly Found[]>>());

function overDrawn(known: Case, lot: string): readonly Found[] {
  const naming = known.lineage.namingLot(lot);
  const [first] = naming;
  if (first === undefined) return [];
  const kept = keptDraws(first).get(lot) ?? new Kept();
  keptDraws(first).set(lot, kept);
  return kept.from(naming, () => overDrawnBy(known, lot));
}

function overDrawnBy(known: Case, lot: string): Found[] {
  return [...recordedAt(known, lot)].flatMap(([facility, history]): Found[] => {
    const state = refold(
      lot,
      history.map(({ recorded }) => recorded),
    );
    // Of a lot that never came here, as far as anybody says, what is missing is its arrival: C06's and C25's to say.
    if (!state.known) return [];
    const grown = history.flatMap((one) => grownBy(lot, one, history));
    if (!state.kg.startsWith('-')) return grown;
    return [
      ...grown,
      fail(
        'lot-over-drawn',
        { facts: { lot, facility, kg: state.kg }, entries: history.map(({ ref }) => ref) },
        { code: 'correct', by: facility, what: `correct the masses that were drawn from lot ${lot}` },
      ),
    ];
  });
}

interface Recorded {
  readonly recorded: RecordedEvent;
  readonly ref: EntryRef;
}

const MOVES: readonly string[] = ['Repacked', 'Dispatched', 'PackageReturned'];

/** A lot does not grow by being repacked, sent off, or brought back. */
function grownBy(lot: string, { recorded: { event }, ref }: Recorded, history: readonly Recorded[]): Found[] {
  if (!MOVES.includes(event.type)) return [];
  const before = entitled(
    lot,
    history.filter((one) => one.ref.index < ref.index).map(({ recorded }) => recorded),
  );
  const moved = movedKg(event, before);
  if (moved === undefined) return [];
  const { code, from, to } = moved;
  if (to.sub(from).compare(from.abs().mul(SCALE_TOLERANCE)) <= 0) return [];
  const { facility } = event;
  return [
    fail(
      code,
      { facts: { lot, facility, takenKg: from.toDecimal(3), givenKg: to.toDecimal(3) }, entries: [ref] },
      { code: 'correct', by: facility, what: `correct the masses of lot ${lot}: more left than was there` },
    ),
  ];
}

/** The lot's state when nothing that a move added to it counts: what two weighings may differ by does not add up. */
function entitled(lot: string, history: readonly RecordedEvent[]): LotState {
  return history.reduce(
    (state, recorded) => withoutGain(state, evolve(state, recorded), recorded),
    unknownLot(lot),
  );
}

function withoutGain(before: LotState, after: LotState, { event, payloadDigest }: RecordedEvent): LotState {
  const sent = event.type === 'Dispatched' ? after.outbound[payloadDigest] : undefined;
  if (sent !== undefined)
    return {
      ...after,
      outbound: { ...after.outbound, [payloadDigest]: { ...sent, kg: lesser(sent.kg, before.kg) } },
    };
  if (event.type === 'Repacked') return { ...after, kg: lesser(after.kg, before.kg) };
  const back = event.type === 'PackageReturned' ? before.outbound[event.dispatch] : undefined;
  if (back === undefined) return after;
  const most = Rational.parse(before.kg).add(Rational.parse(back.kg));
  return { ...after, kg: lesser(after.kg, most.toDecimal(KG_PLACES)) };
}

function lesser(a: string, b: string): string {
  return Rational.parse(a).greaterThan(Rational.parse(b)) ? b : a;
}

const KG_PLACES = 6;

interface Moved {
  readonly code: FindingCode;
  readonly from: Rational;
  readonly to: Rational;
}

function movedKg(event: RecordedEvent['event'], { lot, kg, outbound }: LotState): Moved | undefined {
  const held = Rational.parse(kg);
  if (event.type === 'Repacked' && event.lot === lot)
    return { code: 'repack-not-conserved', from: held, to: toKilograms(event.mass.net) };
  if (event.type === 'Dispatched') {
    const line = event.lots.find((candidate) => candidate.lot === lot);
    return line && { code: 'dispatch-not-conserved', from: held, to: toKilograms(line.mass.net) };
  }
  const sent = event.type === 'PackageReturned' ? outbound[event.dispatch] : undefined;
  if (event.type !== 'PackageReturned' || sent === undefined) return undefined;
  const back = event.packages.filter((line) => line.lot === lot);
  const weighed = back.flatMap(({ mass }) => (mass === undefined ? [] : [toKilograms(mass.net)]));
  return { code: 'return-not-conserved', from: Rational.parse(sent.kg), to: Rational.sum(weighed) };
}

/** Of a split or a merge no more comes out than went in, within what two weighings can differ by. */
function notConserved(known: Case, process: Process): Found[] {
  const { told, facility } = process;
  if (told.event.type === 'Transformed') return [];
  const parts = divided(known, process);
  const [taken, given] = [Rational.sum(parts.taken), Rational.sum(parts.given)];
  if (given.sub(taken).compare(taken.abs().mul(SCALE_TOLERANCE)) <= 0) return [];
  return [
    fail(
      told.event.type === 'Split' ? 'split-not-conserved' : 'merge-not-conserved',
      { facts: { facility, takenKg: taken.toDecimal(3), givenKg: given.toDecimal(3) }, entries: [told.ref] },
      { code: 'correct', by: facility, what: 'correct the masses: more came out than was taken' },
    ),
  ];
}

/** What splits and merges of one plant give more than they take, each within what scales can tell, does not add up. */
function gainsTogether(known: Case): Found[] {
  const byFacility = new Map<string, Process[]>();
  for (const process of known.processes)
    if (process.told.event.type !== 'Transformed') push(byFacility, process.facility, process);
  const prior = percent(known.parameters.scalePercent).square();
  return [...byFacility].flatMap(([facility, processes]): Found[] => {
    const gains = processes
      .sort((a, b) => a.told.ref.index - b.told.ref.index)
      .map((process) => {
        const { taken, given } = divided(known, process);
        const variance = Rational.sum(taken.concat(given).map((kg) => kg.square())).mul(prior);
        return { process, kg: Rational.sum(given).sub(Rational.sum(taken)), variance };
      });
    const run = cumulated(gains, Rational.parse(known.parameters.coverageFactor));
    if (run === undefined) return [];
    return [
      insufficient(
        'divisions-gain',
        {
          facts: { facility, divisions: run.members.length, kg: run.kg.toDecimal(3) },
          entries: run.members.map(({ process }) => process.told.ref),
        },
        {
          code: 'correct',
          by: facility,
          what: 'weigh again and correct the masses: what is split and merged becomes more every time',
        },
      ),
    ];
  });
}

/** What was taken and what was given by a split or a merge, weighing by weighing. */
function divided(known: Case, { told, inputs, outputs }: Process): Record<'taken' | 'given', Rational[]> {
  const { event } = told;
  const taken =
    event.type === 'Split' && event.parent.mass === undefined
      ? [heldBefore(known, event.parent.lot, told.ref)]
      : inputs.map(({ mass }) => toKilograms(mass.net));
  const losses = event.type === 'Transformed' ? [] : (event.losses ?? []);
  return { taken, given: [...outputs, ...losses].map(({ mass }) => toKilograms(mass.net)) };
}

function heldBefore(known: Case, lot: string, { facility, index }: EntryRef): Rational {
  const history = (recordedAt(known, lot).get(facility) ?? []).filter(({ ref }) => ref.index < index);
  const state = refold(
    lot,
    history.map(({ recorded }) => recorded),
  );
  return Rational.parse(state.kg);
}

function recordedAt(known: Case, lot: string): Map<string, Recorded[]> {
  const byFacility = new Map<string, Recorded[]>();
  for (const { event, ref, entry } of known.lineage.namingLot(lot)) {
    const list = byFacility.get(ref.facility) ?? [];
    list.push({ recorded: { event, payloadDigest: entry.payloadDigest }, ref });
    byFacility.set(ref.facility, list);
  }
  return byFacility;
}
