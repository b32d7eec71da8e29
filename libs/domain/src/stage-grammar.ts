import type { Form } from './forms.js';
import type { Step } from './steps.js';

/** What a step makes of what (domain.md 3.1), by the forms of the lots that go in and come out. */
interface Grammar {
  readonly from: readonly Form[];
  readonly to: readonly Form[];
  /** Forms that go in beside the feed: diffusion sources, coatings, additives. */
  readonly with?: readonly Form[];
  /** Forms that come out beside the product. */
  readonly beside?: readonly Form[];
}

const SHAPED: readonly Form[] = ['SINTERED_BLOCK', 'BONDED_BLOCK', 'PART', 'DIFFUSED_PART', 'COATED_PART'];
const DIFFUSIBLE: readonly Form[] = ['DIFFUSION_SOURCE', 'OXIDE', 'FLUORIDE', 'METAL', 'ALLOY', 'POWDER'];

/**
 * SEPARATE may end in oxide, because a solvent-extraction plant often reports precipitation and calcination with it;
 * what it may not do is begin with a concentrate that nobody cracked.
 */
const GRAMMAR: Record<Exclude<Step, 'BLEND' | 'SPLIT' | 'REPACK'>, Grammar> = {
  MINE: { from: [], to: ['ORE', 'TAILINGS', 'CONCENTRATE'] },
  BENEFICIATE: { from: ['ORE', 'TAILINGS', 'CONCENTRATE'], to: ['CONCENTRATE'], beside: ['TAILINGS'] },
  CRACK_LEACH: {
    from: ['ORE', 'TAILINGS', 'CONCENTRATE', 'SWARF', 'SCRAP', 'END_OF_LIFE_MAGNET'],
    to: ['RE_SOLUTION', 'MIXED_CARBONATE', 'MIXED_OXIDE', 'CHLORIDE'],
  },
  SEPARATE: {
    from: ['RE_SOLUTION', 'MIXED_CARBONATE', 'MIXED_OXIDE', 'CHLORIDE'],
    to: ['SEPARATED_SOLUTION', 'SEPARATED_CARBONATE', 'CHLORIDE', 'OXIDE'],
    beside: ['MIXED_CARBONATE', 'MIXED_OXIDE', 'RE_SOLUTION'],
  },
  CALCINE: {
    from: ['SEPARATED_SOLUTION', 'SEPARATED_CARBONATE', 'CHLORIDE', 'MIXED_CARBONATE', 'OXIDE'],
    to: ['OXIDE', 'FLUORIDE', 'MIXED_OXIDE'],
  },
  REDUCE: { from: ['OXIDE', 'FLUORIDE', 'CHLORIDE'], to: ['METAL', 'FERROALLOY'], with: ['METAL'] },
  ALLOY_MELT: { from: ['METAL', 'FERROALLOY', 'ALLOY', 'SCRAP'], to: ['ALLOY'] },
  POWDER: {
    from: ['ALLOY', 'SCRAP', 'END_OF_LIFE_MAGNET', 'RECYCLED_POWDER', 'POWDER'],
    to: ['POWDER'],
    with: ['METAL', 'FLUORIDE', 'OXIDE'],
  },
  PRESS: { from: ['POWDER', 'RECYCLED_POWDER'], to: ['GREEN_COMPACT', 'BONDED_BLOCK'] },
  SINTER: { from: ['GREEN_COMPACT'], to: ['SINTERED_BLOCK'] },
  MACHINE: {
    from: ['SINTERED_BLOCK', 'BONDED_BLOCK', 'PART', 'DIFFUSED_PART'],
    to: ['PART', 'DIFFUSED_PART'],
  },
  GRAIN_BOUNDARY_DIFFUSION: {
    from: ['SINTERED_BLOCK', 'PART'],
    to: ['DIFFUSED_PART', 'PART'],
    with: DIFFUSIBLE,
  },
  COAT: {
    from: ['SINTERED_BLOCK', 'BONDED_BLOCK', 'PART', 'DIFFUSED_PART'],
    to: ['COATED_PART'],
    with: ['COATING_MATERIAL', 'METAL'],
  },
  MAGNETIZE: { from: SHAPED, to: ['MAGNET'] },
  RECYCLE: {
    from: ['SWARF', 'SCRAP', 'END_OF_LIFE_MAGNET', 'MAGNET', 'RESIDUE'],
    to: ['RECYCLED_POWDER', 'RE_SOLUTION', 'MIXED_CARBONATE', 'MIXED_OXIDE', 'OXIDE'],
  },
};

/** What any process may leave behind, and what may be put into any. */
const ALWAYS_BESIDE: readonly Form[] = ['RESIDUE', 'SWARF', 'SCRAP'];
const ALWAYS_WITH: readonly Form[] = ['REAGENT'];

/** Whether the step turns a feed of one form into a product of the other; BLEND, SPLIT and REPACK change no form. */
export function permits(step: Step, feed: Form, product: Form): boolean {
  if (step === 'BLEND' || step === 'SPLIT' || step === 'REPACK') return feed === product;
  return GRAMMAR[step].from.includes(feed) && GRAMMAR[step].to.includes(product);
}

/** Whether the step takes something of this form beside its feed. */
export function takesBeside(step: Step, form: Form): boolean {
  if (ALWAYS_WITH.includes(form)) return true;
  return step in GRAMMAR && (GRAMMAR[step as keyof typeof GRAMMAR].with?.includes(form) ?? false);
}

/** Whether the step may leave something of this form beside its product. */
export function leavesBeside(step: Step, form: Form): boolean {
  if (ALWAYS_BESIDE.includes(form)) return true;
  return step in GRAMMAR && (GRAMMAR[step as keyof typeof GRAMMAR].beside?.includes(form) ?? false);
}

/** The forms in which a mine's own lot can begin. */
export const MINED_FORMS: readonly Form[] = GRAMMAR.MINE.to;

/** The steps that something of this form can go into, in process order, the neutral ones last. */
export function nextSteps(form: Form): readonly Step[] {
  const processes = Object.entries(GRAMMAR).filter(([, { from }]) => from.includes(form));
  return [...processes.map(([step]) => step as Step), 'BLEND', 'SPLIT', 'REPACK'];
}

/** What the law calls a step (mapping of domain.md 1.2, version 1; the verbs themselves are not defined in DFARS). */
export type Verb = 'mined' | 'refined' | 'separated' | 'reduced' | 'melted' | 'produced';

export const STEP_VERBS: Readonly<Record<Step, Verb | null>> = {
  MINE: 'mined',
  BENEFICIATE: 'mined',
  CRACK_LEACH: 'refined',
  SEPARATE: 'separated',
  CALCINE: 'refined',
  REDUCE: 'reduced',
  ALLOY_MELT: 'melted',
  POWDER: 'produced',
  PRESS: 'produced',
  SINTER: 'produced',
  MACHINE: 'produced',
  GRAIN_BOUNDARY_DIFFUSION: 'produced',
  COAT: 'produced',
  MAGNETIZE: 'produced',
  RECYCLE: 'refined',
  BLEND: null,
  SPLIT: null,
  REPACK: null,
};

/** The four cells of the provenance disclosure (FY2023 NDAA s.857(a), domain.md 1.5). */
export type DisclosureStage = 'mined' | 'refinedIntoOxide' | 'metalAndAlloy' | 'sinteredAndMagnetized';

/** In which cell a step's country stands; null for steps that no cell asks about. */
export const DISCLOSURE_STAGES: Readonly<Record<Step, DisclosureStage | null>> = {
  MINE: 'mined',
  BENEFICIATE: null,
  CRACK_LEACH: 'refinedIntoOxide',
  SEPARATE: 'refinedIntoOxide',
  CALCINE: 'refinedIntoOxide',
  REDUCE: 'metalAndAlloy',
  ALLOY_MELT: 'metalAndAlloy',
  POWDER: null,
  PRESS: null,
  SINTER: 'sinteredAndMagnetized',
  MACHINE: null,
  GRAIN_BOUNDARY_DIFFUSION: null,
  COAT: null,
  MAGNETIZE: 'sinteredAndMagnetized',
  RECYCLE: 'refinedIntoOxide',
  BLEND: null,
  SPLIT: null,
  REPACK: null,
};
