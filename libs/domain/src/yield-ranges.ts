import { type Element, RARE_EARTHS } from './elements.js';
import type { Step } from './steps.js';

/** Share of an element that a step's products hold of what went in: decimal shares, never percent. */
export interface YieldRange {
  readonly step: Step;
  /** Elements that the row is for; absent: all that no earlier row names. */
  readonly elements?: readonly Element[];
  readonly min: string;
  readonly typical: string;
  readonly max: string;
}

const COATING_METALS: readonly Element[] = ['Al', 'Cu', 'Ni', 'Zn', 'Sn', 'Cr', 'P'];

/**
 * Product yields (domain.md 3.4; ranges marked [M] there need calibration against plant data, so policies carry this
 * table as a parameter). Of two rows for one step the first that names the element holds. Up to the metal the ranges
 * are those of rare earths: iron is meant to stay behind in a leach, and says nothing there. REDUCE takes in
 * fluorination with the calciothermic reduction of Dy and Tb (97-99 % of 90-97 %) and the distillation of Sm; CALCINE
 * takes in conversion to fluoride. Diffusion sources and coatings are used up to 30-80 % only, so what they bring is
 * allowed to go missing; all else that goes into those steps is a solid part that comes out again.
 */
export const YIELD_RANGES: readonly YieldRange[] = [
  { step: 'BENEFICIATE', elements: RARE_EARTHS, min: '0.45', typical: '0.65', max: '0.80' },
  { step: 'CRACK_LEACH', elements: RARE_EARTHS, min: '0.75', typical: '0.92', max: '0.98' },
  { step: 'SEPARATE', elements: RARE_EARTHS, min: '0.90', typical: '0.97', max: '0.995' },
  { step: 'CALCINE', elements: RARE_EARTHS, min: '0.97', typical: '0.995', max: '1' },
  {
    step: 'REDUCE',
    elements: ['Dy', 'Tb', 'Gd', 'Ho', 'Er', 'Y'],
    min: '0.87',
    typical: '0.93',
    max: '0.97',
  },
  { step: 'REDUCE', elements: ['Sm', 'Eu', 'Tm', 'Yb'], min: '0.85', typical: '0.90', max: '0.95' },
  { step: 'REDUCE', elements: RARE_EARTHS, min: '0.93', typical: '0.98', max: '0.99' },
  { step: 'ALLOY_MELT', min: '0.96', typical: '0.98', max: '0.99' },
  { step: 'POWDER', min: '0.95', typical: '0.97', max: '0.99' },
  { step: 'PRESS', min: '0.96', typical: '0.99', max: '1' },
  { step: 'SINTER', min: '0.96', typical: '0.985', max: '0.99' },
  { step: 'MACHINE', min: '0.27', typical: '0.75', max: '0.94' },
  { step: 'GRAIN_BOUNDARY_DIFFUSION', elements: ['Dy', 'Tb', 'Ho'], min: '0.30', typical: '0.90', max: '1' },
  { step: 'GRAIN_BOUNDARY_DIFFUSION', min: '0.95', typical: '0.99', max: '1' },
  { step: 'COAT', elements: COATING_METALS, min: '0.30', typical: '0.90', max: '1' },
  { step: 'COAT', min: '0.95', typical: '0.99', max: '1' },
  { step: 'MAGNETIZE', min: '0.95', typical: '0.99', max: '1' },
  { step: 'RECYCLE', elements: RARE_EARTHS, min: '0.80', typical: '0.97', max: '0.995' },
  { step: 'BLEND', min: '0.99', typical: '1', max: '1' },
  { step: 'SPLIT', min: '0.99', typical: '1', max: '1' },
  { step: 'REPACK', min: '0.99', typical: '1', max: '1' },
];

/** The row for an element in a step, or undefined when the table has none. */
export function yieldRange(
  step: Step,
  element: Element,
  rows: readonly YieldRange[],
): YieldRange | undefined {
  return rows.find((row) => row.step === step && (row.elements?.includes(element) ?? true));
}
