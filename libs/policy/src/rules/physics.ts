import { CUSTODY_MODELS } from '@lodemark/domain';
import { balances, type Judged } from '../balances.js';
import type { Case } from '../case.js';
import type { Process } from '../lineage.js';
import { fail, insufficient, notApplicable, orPass, type Found } from '../found.js';
import type { Rule } from '../rule.js';
import { campaignFindings } from './campaign-balances.js';
import { countFindings } from './counts.js';
import { excessTogether, lossTogether, yieldTogether } from './batches.js';
import { mergedSources } from './one-source.js';
import { heelFindings, heelsGone } from './heels.js';
import { scaleFindings, storeFindings } from './stores.js';

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
            what: `measure ${judged.element} in all that ${judged.process.step} took and made: ${judged.unmeasured.join(', ')}`,
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
    [
      ...against,
      ...excessTogether(known),
      ...campaignFindings(known),
      ...countFindings(known),
      ...storeFindings(known),
      ...heelFindings(known),
      ...heelsGone(known),
      ...scaleFindings(known),
    ],
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
          what: `explain a yield of ${judged.element} that ${judged.process.step} of ${madeBy(judged)} cannot give: was an input left out?`,
        }),
      ];
    if (judged.balance.verdict === 'under')
      return [
        insufficient('loss-unexplained', said, {
          code: 'record-losses',
          by: judged.process.facility,
          what: `record where the ${judged.element} went that ${judged.process.step} of ${madeBy(judged)} misses`,
        }),
      ];
    return [];
  });
  return orPass([...against, ...yieldTogether(known), ...lossTogether(known)], 'yields-in-range', {
    facts: { balances: balances(known).length },
  });
};

function madeBy({ process }: Judged): string {
  return lotsMade(process);
}

function lotsMade({ outputs }: Process): string {
  return `lot ${outputs.map(({ lot }) => lot).join(', ')}`;
}

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
          what: `state the chain-of-custody model of ${process.step}, which made ${lotsMade(process)}`,
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
  return orPass([...against, ...mergedSources(known)], 'models-support-origin', {
    facts: { weakest: weakestModel(known) },
  });
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
