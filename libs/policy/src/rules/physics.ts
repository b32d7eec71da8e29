import {
  refold,
  Rational,
  SCALE_TOLERANCE,
  toKilograms,
  CUSTODY_MODELS,
  type LotState,
  type RecordedEvent,
} from '@lodemark/domain';
import { balances, type Judged } from '../balances.js';
import type { Case } from '../case.js';
import type { EntryRef } from '../evidence.js';
import type { Told } from '../effective-events.js';
import type { Process } from '../lineage.js';
import { Kept, remembered } from '../remembered.js';
import { fail, insufficient, notApplicable, orPass, type Found } from '../found.js';
import type { Rule } from '../rule.js';
import type { FindingCode } from '../sentences.js';
import { heelFindings, scaleFindings, storeFindings } from './stores.js';

/**
 * C32: no more of an element comes out than went in, beyond k times the uncertainty, of a process, of what a facility
 * keeps, and of what stood in a circuit. Exceeded by a process FAIL; by a store or a heel, and unmeasured, INSUFFICIENT
 * (domain.md 3.7, over).
 */
export const c32: Rule = (known) => {
  const against = balances(known).flatMap((judged): Found[] => {
    if (judged.balance.verdict === 'ok') return [];
    const said = saidOf(judged);
    // Whoever splits a lot that nobody assayed loses nothing of it: its parts may be assayed instead.
    if (judged.balance.verdict === 'unmeasured' && judged.process.told.event.type === 'Split') return [];
    if (judged.balance.verdict === 'unmeasured')
      return [
        insufficient(
          'not-measured',
          { ...said, facts: { ...said.facts, lots: [...judged.unmeasured] } },
          {
            code: 'assay',
            by: judged.process.facility,
            what: `measure ${judged.element} in all that went in and came out`,
          },
        ),
      ];
    if (judged.balance.verdict !== 'over') return [];
    return [
      fail('more-out-than-in', said, {
        code: 'explain-excess',
        by: judged.process.facility,
        what: `record the input that the excess of ${judged.element} came from, or correct the measurement`,
      }),
    ];
  });
  return orPass(
    [...against, ...storeFindings(known), ...heelFindings(known), ...scaleFindings(known)],
    'nothing-from-nothing',
    {
      facts: { balances: balances(known).length },
    },
  );
};

/** C33: yields lie in the range of the step; below it the rest is recorded. Otherwise INSUFFICIENT (3.7, high, under). */
export const c33: Rule = (known) => {
  const against = balances(known).flatMap((judged): Found[] => {
    if (judged.balance.verdict === 'ok') return [];
    const said = saidOf(judged);
    if (judged.balance.verdict === 'high')
      return [
        insufficient('yield-too-high', said, {
          code: 'explain-yield',
          by: judged.process.facility,
          what: `explain a yield of ${judged.element} that the process cannot give: was an input left out?`,
        }),
      ];
    if (judged.balance.verdict === 'under')
      return [
        insufficient('loss-unexplained', said, {
          code: 'record-losses',
          by: judged.process.facility,
          what: `record where the missing ${judged.element} went`,
        }),
      ];
    return [];
  });
  return orPass(against, 'yields-in-range', { facts: { balances: balances(known).length } });
};

function saidOf({ process, element, balance, range }: Judged) {
  const { inKg, outKg, productKg, hint } = balance;
  return {
    facts: {
      facility: process.facility,
      step: process.step,
      element,
      inKg: inKg.toDecimal(3),
      outKg: outKg.toDecimal(3),
      productKg: productKg.toDecimal(3),
      ...(range === undefined ? {} : { yieldMin: range.min, yieldMax: range.max }),
      ...(hint === undefined ? {} : { likely: hint }),
    },
    entries: [process.told.ref],
  };
}

/**
 * C38: no lot is drawn on for more than it held, at any facility, once corrections are folded in; splits, merges,
 * repacking, dispatches and returns conserve mass. Exceeded FAIL (the door refuses it where the facility's own log
 * shows it at once).
 */
export const c38: Rule = (known) => {
  const against = [
    ...known.lots.flatMap((lot) => overDrawn(known, lot)),
    ...known.processes.flatMap((process) => notConserved(known, process)),
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
  const before = refold(
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
  const taken =
    told.event.type === 'Split' && told.event.parent.mass === undefined
      ? heldBefore(known, told.event.parent.lot, told.ref)
      : Rational.sum(process.inputs.map(({ mass }) => toKilograms(mass.net)));
  const given = Rational.sum(
    [...process.outputs, ...(told.event.losses ?? [])].map(({ mass }) => toKilograms(mass.net)),
  );
  if (given.sub(taken).compare(taken.abs().mul(SCALE_TOLERANCE)) <= 0) return [];
  return [
    fail(
      told.event.type === 'Split' ? 'split-not-conserved' : 'merge-not-conserved',
      { facts: { facility, takenKg: taken.toDecimal(3), givenKg: given.toDecimal(3) }, entries: [told.ref] },
      { code: 'correct', by: facility, what: 'correct the masses: more came out than was taken' },
    ),
  ];
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

/**
 * C44: the chain-of-custody model of every link is stated and the weakest is printed; mass balance and book-and-claim
 * never support an origin ban (ISO 22095, domain.md 2.2). Refused model FAIL; unstated INSUFFICIENT.
 */
export const c44: Rule = (known) => {
  const mixing = known.processes.filter(({ told }) => told.event.type !== 'Split');
  if (mixing.length === 0) return [notApplicable('no-process')];
  const against = mixing.flatMap((process): Found[] => {
    const model = modelOf(process);
    const said = {
      facts: { facility: process.facility, step: process.step, model: model ?? 'unstated' },
      entries: [process.told.ref],
    };
    if (model === undefined)
      return [
        insufficient('model-unstated', said, {
          code: 'state-model',
          by: process.facility,
          what: 'state the chain-of-custody model of the step',
        }),
      ];
    if (!known.parameters.refusedModels.includes(model)) return [];
    return [
      fail('model-refused', said, {
        code: 'use-other-material',
        by: process.facility,
        what: `${model} says nothing about where this material is from: physically separate material must be used`,
      }),
    ];
  });
  return orPass(against, 'models-support-origin', { facts: { weakest: weakestModel(known) } });
};

function modelOf({ told: { event } }: Process): string | undefined {
  return event.type === 'Split' ? 'identity-preserved' : event.custodyModel;
}

/** The weakest model of any link; `unstated` where one says none, which is weaker than all. */
export function weakestModel(known: Case): string {
  const models = known.processes.map(modelOf);
  if (models.some((model) => model === undefined)) return 'unstated';
  return CUSTODY_MODELS.findLast((candidate) => models.includes(candidate)) ?? 'identity-preserved';
}
