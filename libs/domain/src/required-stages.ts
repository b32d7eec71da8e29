import type { Form } from './forms.js';
import type { Step } from './steps.js';

/**
 * The steps that must lie between the ground and a sintered magnet, in order. BENEFICIATE, MACHINE,
 * GRAIN_BOUNDARY_DIFFUSION and COAT are optional: their absence proves nothing either way.
 */
export const MAIN_LINE = [
  'MINE',
  'CRACK_LEACH',
  'SEPARATE',
  'CALCINE',
  'REDUCE',
  'ALLOY_MELT',
  'POWDER',
  'PRESS',
  'SINTER',
  'MAGNETIZE',
] as const satisfies readonly Step[];
type MainStep = (typeof MAIN_LINE)[number];

/** The last step of the main line that a mined rare earth in this form has behind it; null for what is off the line. */
const BEHIND: Record<Form, MainStep | null> = {
  ORE: 'MINE',
  TAILINGS: 'MINE',
  CONCENTRATE: 'MINE',
  RE_SOLUTION: 'CRACK_LEACH',
  MIXED_CARBONATE: 'CRACK_LEACH',
  MIXED_OXIDE: 'CRACK_LEACH',
  SEPARATED_SOLUTION: 'SEPARATE',
  SEPARATED_CARBONATE: 'SEPARATE',
  OXIDE: 'CALCINE',
  FLUORIDE: 'CALCINE',
  CHLORIDE: 'CALCINE',
  DIFFUSION_SOURCE: 'CALCINE',
  METAL: 'REDUCE',
  FERROALLOY: 'REDUCE',
  ALLOY: 'ALLOY_MELT',
  SWARF: 'ALLOY_MELT',
  SCRAP: 'ALLOY_MELT',
  RECYCLED_POWDER: 'ALLOY_MELT',
  POWDER: 'POWDER',
  GREEN_COMPACT: 'PRESS',
  // Pressed and cured with a binder, never sintered.
  BONDED_BLOCK: 'PRESS',
  SINTERED_BLOCK: 'SINTER',
  PART: 'SINTER',
  DIFFUSED_PART: 'SINTER',
  COATED_PART: 'SINTER',
  MAGNET: 'MAGNETIZE',
  END_OF_LIFE_MAGNET: 'MAGNETIZE',
  COATING_MATERIAL: null,
  RESIDUE: null,
  REAGENT: null,
};

/** Whether an element is followed from its mine, or bought as a metal with papers (Fe, B, Co, Al …). */
export type ElementClass = 'rare-earth' | 'alloying';

function stepsBehind(form: Form): readonly MainStep[] {
  const behind = BEHIND[form];
  return behind === null ? [] : MAIN_LINE.slice(0, MAIN_LINE.indexOf(behind) + 1);
}

/**
 * The steps that must lie between the ground and a lot of this form, in order (check C08). A rare earth needs them
 * from MINE on; for an alloying metal a documented purchase stands for what came before the melt. CALCINE may be
 * reported within SEPARATE, and SINTER falls away for bonded magnets.
 */
export function requiredStages(form: Form, elementClass: ElementClass): readonly Step[] {
  const stages = stepsBehind(form);
  return elementClass === 'rare-earth' ? stages : stages.slice(MAIN_LINE.indexOf('ALLOY_MELT'));
}

/**
 * The steps that are missing when material of one form becomes another by `step` alone, or, without a step, between
 * a dispatch and its receipt: what to ask for when the grammar does not permit it. Empty when no steps lead there.
 */
export function missingStages(from: Form, to: Form, step?: Step): readonly Step[] {
  const done = stepsBehind(from);
  return stepsBehind(to).filter((one) => one !== step && !done.includes(one));
}
