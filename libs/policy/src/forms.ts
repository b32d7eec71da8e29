import { STEPS, type Form, type Step } from '@lodemark/domain';

/** Forms of what an alloy and the magnets made of it can be, on the way to a finished magnet. */
const CHAIN_FORMS: ReadonlySet<Form> = new Set<Form>([
  'ALLOY',
  'POWDER',
  'GREEN_COMPACT',
  'SINTERED_BLOCK',
  'BONDED_BLOCK',
  'PART',
  'DIFFUSED_PART',
  'COATED_PART',
  'MAGNET',
]);

/** What falls off that way, or comes back to it, and has been melted all the same. */
const SCRAP_FORMS: ReadonlySet<Form> = new Set<Form>([
  'SWARF',
  'SCRAP',
  'END_OF_LIFE_MAGNET',
  'RECYCLED_POWDER',
]);

export function isChainForm(form: Form): boolean {
  return CHAIN_FORMS.has(form);
}

/** Whether material of this form was melted into an alloy at some time. */
export function isAlloyed(form: Form): boolean {
  return isChainForm(form) || SCRAP_FORMS.has(form);
}

/** Place of a step in process order, MINE first. */
export function rankOf(step: Step): number {
  return STEPS.indexOf(step);
}

export const ALLOY_RANK = rankOf('ALLOY_MELT');

/** BLEND, SPLIT and REPACK are no step of any law: C54 looks at where they were done. */
export function isNeutral(step: Step): boolean {
  return step === 'BLEND' || step === 'SPLIT' || step === 'REPACK';
}
