import {
  balanceElement,
  refold,
  Rational,
  yieldRange,
  CUSTODY_MODELS,
  type Element,
  type ElementFlows,
  type ElementMass,
  type RecordedEvent,
} from '@lodemark/domain';
import type { Case } from '../case.js';
import type { Process } from '../lineage.js';
import { NOTHING } from '../measure.js';
import { fail, insufficient, notApplicable, orPass, type Found } from '../found.js';
import type { Rule } from '../rule.js';
import { push } from '../root-facts.js';
import { keyOf } from '../trace.js';

interface Flows {
  readonly flows: ElementFlows;
  readonly unmeasured: readonly string[];
}

/** Which tracked elements passed each process. */
function passedBy(known: Case): ReadonlyMap<string, Element[]> {
  const passed = new Map<string, Element[]>();
  for (const { element, processes } of known.traces.values())
    for (const process of processes) push(passed, keyOf(process), element);
  return passed;
}

/** What of an element went into a process and came out of it, and which of its lots nobody measured. */
function flowsOf(known: Case, process: Process, element: Element): Flows {
  const unmeasured: string[] = [];
  const of = (
    contents: { contents: ReadonlyMap<Element, ElementMass>; gaps: readonly string[] },
    what: string,
  ): ElementMass => {
    if (contents.gaps.length > 0) unmeasured.push(`${what} (${contents.gaps.join(', ')})`);
    return contents.contents.get(element) ?? NOTHING;
  };
  const inputs = process.inputs
    .filter(({ role }) => role !== 'reagent')
    .map((input) => of(known.measure.input(known.lineage, process, input), input.lot));
  const outputs = process.outputs.map((output) => {
    const beside = output.role !== 'product';
    // What leaves beside the product without an assay is counted as holding nothing: the balance can only look worse.
    const mass =
      beside && output.composition === undefined ? NOTHING : of(known.measure.contents(output), output.lot);
    return { ...mass, product: !beside };
  });
  const { event } = process.told;
  const losses =
    event.type === 'Transformed'
      ? (event.losses ?? []).map((loss) =>
          loss.composition === undefined
            ? NOTHING
            : of(known.measure.contents({ form: 'RESIDUE', ...loss }), loss.what),
        )
      : [];
  const heel = event.type === 'Transformed' ? event.heel : undefined;
  const held = (side: 'before' | 'after') =>
    heel?.[side].composition === undefined
      ? undefined
      : of(known.measure.contents({ form: 'RESIDUE', ...heel[side] }), `heel ${side}`);
  const [heelBefore, heelAfter] = [held('before'), held('after')];
  return {
    flows: {
      inputs,
      outputs,
      losses,
      ...(heelBefore === undefined ? {} : { heelBefore }),
      ...(heelAfter === undefined ? {} : { heelAfter }),
    },
    unmeasured,
  };
}

interface Judged {
  readonly process: Process;
  readonly element: Element;
  readonly unmeasured: readonly string[];
  readonly balance: ReturnType<typeof balanceElement> | undefined;
  readonly range: { readonly min: string; readonly max: string } | undefined;
}

const judgedCases = new WeakMap<Case, readonly Judged[]>();

/** Each process of the lineage that changes material, balanced for each tracked element that passed it. */
function balances(known: Case): readonly Judged[] {
  const before = judgedCases.get(known);
  if (before !== undefined) return before;
  const passed = passedBy(known);
  const judged = known.processes
    .filter(({ step }) => step !== 'SPLIT')
    .flatMap((process) =>
      (passed.get(keyOf(process)) ?? []).map((element) => balanced(known, process, element)),
    );
  judgedCases.set(known, judged);
  return judged;
}

function balanced(known: Case, process: Process, element: Element): Judged {
  const { flows, unmeasured } = flowsOf(known, process, element);
  const range = yieldRange(
    process.step,
    element,
    known.parameters.yields as Parameters<typeof yieldRange>[2],
  );
  if (unmeasured.length > 0) return { process, element, unmeasured, balance: undefined, range };
  const limits = {
    yieldMin: Rational.parse(range?.min ?? '0'),
    yieldMax: Rational.parse(range?.max ?? '1'),
    k: Rational.parse(known.parameters.coverageFactor),
  };
  return { process, element, unmeasured, balance: balanceElement(flows, limits), range };
}

/**
 * C32: no more of an element comes out than went in, beyond k times the uncertainty. Exceeded FAIL; unmeasured
 * INSUFFICIENT (domain.md 3.7, over).
 */
export const c32: Rule = (known) => {
  const against = balances(known).flatMap((judged): Found[] => {
    const said = saidOf(judged);
    if (judged.balance === undefined)
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
  return orPass(against, 'nothing-from-nothing', { facts: { balances: balances(known).length } });
};

/** C33: yields lie in the range of the step; below it the rest is recorded. Otherwise INSUFFICIENT (3.7, high, under). */
export const c33: Rule = (known) => {
  const against = balances(known).flatMap((judged): Found[] => {
    const said = saidOf(judged);
    if (judged.balance?.verdict === 'high')
      return [
        insufficient('yield-too-high', said, {
          code: 'explain-yield',
          by: judged.process.facility,
          what: `explain a yield of ${judged.element} that the process cannot give: was an input left out?`,
        }),
      ];
    if (judged.balance?.verdict === 'under')
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
  const figures =
    balance === undefined
      ? {}
      : {
          inKg: balance.inKg.toDecimal(3),
          outKg: balance.outKg.toDecimal(3),
          productKg: balance.productKg.toDecimal(3),
        };
  return {
    facts: {
      facility: process.facility,
      step: process.step,
      element,
      ...figures,
      ...(range === undefined ? {} : { yieldMin: range.min, yieldMax: range.max }),
    },
    entries: [process.told.ref],
  };
}

/**
 * C38: no lot is drawn on for more than it held, at any facility, once corrections are folded in; splits and merges
 * conserve mass. Exceeded FAIL (the door refuses it where the facility's own log shows it at once).
 */
export const c38: Rule = (known) => {
  const against = known.lots.flatMap((lot) =>
    [...recordedAt(known, lot)].flatMap(([facility, history]): Found[] => {
      const state = refold(
        lot,
        history.map(({ recorded }) => recorded),
      );
      if (!state.kg.startsWith('-')) return [];
      return [
        fail(
          'lot-over-drawn',
          { facts: { lot, facility, kg: state.kg }, entries: history.map(({ ref }) => ref) },
          { code: 'correct', by: facility, what: `correct the masses that were drawn from lot ${lot}` },
        ),
      ];
    }),
  );
  return orPass(against, 'no-lot-over-drawn', { facts: { lots: known.lots.length } });
};

function recordedAt(
  known: Case,
  lot: string,
): Map<string, { recorded: RecordedEvent; ref: Process['told']['ref'] }[]> {
  const byFacility = new Map<string, { recorded: RecordedEvent; ref: Process['told']['ref'] }[]>();
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
  const mixing = known.processes.filter(({ step }) => step !== 'SPLIT');
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
