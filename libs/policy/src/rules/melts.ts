import { isRareEarth, type Form, type Step } from '@lodemark/domain';
import type { Case } from '../case.js';
import { makerOf } from '../custodians.js';
import type { EntryRef } from '../evidence.js';
import { ALLOY_RANK, isAlloyed, isNeutral, rankOf } from '../forms.js';
import { distinctFindings, insufficient, type Found } from '../found.js';
import { gapFindings } from './graph.js';

/** The steps that must be there before a lot of this form is what it is (R-7052-P1, required). */
export function requiredSteps(form: Form | undefined, bonded: boolean): Step[] {
  const upTo: Partial<Record<Form, number>> = {
    ALLOY: 1,
    SWARF: 1,
    SCRAP: 1,
    RECYCLED_POWDER: 1,
    POWDER: 2,
    GREEN_COMPACT: 3,
    BONDED_BLOCK: 3,
    SINTERED_BLOCK: 4,
    PART: 4,
    DIFFUSED_PART: 4,
    COATED_PART: 4,
    MAGNET: 5,
    END_OF_LIFE_MAGNET: 5,
  };
  const chain: Step[] = ['ALLOY_MELT', 'POWDER', 'PRESS', 'SINTER', 'MAGNETIZE'];
  const wanted = chain.slice(0, form === undefined ? 0 : (upTo[form] ?? 0));
  return bonded ? wanted.filter((step) => step !== 'SINTER') : wanted;
}

/** Alloy, or what was made of it, of which nobody says where it was melted. */
export interface Unmelted {
  readonly lot: string;
  readonly facility: string;
  readonly ref: EntryRef;
}

export function meltUnsaid({ lot, facility, ref }: Unmelted): Found {
  return insufficient(
    'required-step-absent',
    { facts: { lot, step: 'ALLOY_MELT' }, entries: [ref] },
    { code: 'record-step', by: facility, what: `record where and by whom lot ${lot} was melted and made` },
  );
}

/** What holds all that a magnet alloy is made of has been melted into one, whatever it is called. */
export function alloysByAnotherName(known: Case): Unmelted[] {
  return known.processes.flatMap(({ inputs, facility, step, told: { ref } }) =>
    (isNeutral(step) || rankOf(step) < ALLOY_RANK ? [] : inputs).flatMap(({ lot }) => {
      const stated = known.lineage.materialAt(lot, facility, ref.index);
      const holds = known.measure.present(stated);
      if (stated === undefined || holds === undefined || isAlloyed(stated.form)) return [];
      const rareEarths = [...holds].some(isRareEarth);
      return (rareEarths && holds.has('Fe') && holds.has('B')) || (holds.has('Sm') && holds.has('Co'))
        ? [{ lot, facility: makerOf(lot), ref }]
        : [];
    }),
  );
}

/** Alloy and magnets of which nobody says how they came to be may have been melted anywhere. */
export function originGaps(known: Case): Found[] {
  const melted = (lot: string) => isAlloyed(known.lineage.formOf(lot) ?? 'ALLOY');
  return distinctFindings(
    [...known.traces.values()].flatMap(({ element, gaps }) =>
      gapFindings({
        element,
        gaps: gaps.filter(({ code, lot }) => code !== 'element-from-nowhere' && melted(lot)),
      }),
    ),
  );
}

/** Roots of alloy or of what is made of it, without the steps in their documented past that made them so. */
export function unmeltedRoots(known: Case, wanted: (form: Form) => readonly Step[]): Unmelted[] {
  return known.roots.flatMap(({ event, ref }) => {
    const chain = event.origin.kind === 'purchased' ? (event.origin.chain ?? []).map(({ step }) => step) : [];
    return wanted(event.form).some((step) => !chain.includes(step))
      ? [{ lot: event.lot, facility: event.facility, ref }]
      : [];
  });
}
