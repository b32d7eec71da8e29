import type { Form } from './forms.js';
import type { Step } from './steps.js';

/** Every form of `from` can become every form of `to` in one go. */
interface Turn {
  readonly from: readonly Form[];
  readonly to: readonly Form[];
}

/** What a step makes of what (domain.md 3.1), by the forms of the lots that go in and come out. */
interface Grammar {
  readonly turns: readonly Turn[];
  /** Forms that go in beside the feed: diffusion sources, coatings, additives. */
  readonly with?: readonly Form[];
  /** Forms that come out beside the product. */
  readonly beside?: readonly Form[];
}

const MIXED: readonly Form[] = ['RE_SOLUTION', 'MIXED_CARBONATE', 'MIXED_OXIDE'];
const SEPARATED: readonly Form[] = ['SEPARATED_SOLUTION', 'SEPARATED_CARBONATE'];
const COMPOUNDS: readonly Form[] = ['OXIDE', 'FLUORIDE', 'CHLORIDE'];
const SHAPED: readonly Form[] = ['SINTERED_BLOCK', 'BONDED_BLOCK', 'PART', 'DIFFUSED_PART', 'COATED_PART'];
const DIFFUSIBLE: readonly Form[] = ['DIFFUSION_SOURCE', 'OXIDE', 'FLUORIDE', 'METAL', 'ALLOY', 'POWDER'];

/**
 * SEPARATE may end in oxide, because a solvent-extraction plant often reports precipitation and calcination with it;
 * what it may not do is begin with a concentrate that nobody cracked. No other step leads from mixed to separated
 * rare earths, so that a chain without SEPARATE never closes: OXIDE, FLUORIDE, CHLORIDE are separated by definition.
 */
const GRAMMAR: Record<Exclude<Step, 'BLEND' | 'SPLIT' | 'REPACK'>, Grammar> = {
  MINE: { turns: [{ from: [], to: ['ORE', 'TAILINGS', 'CONCENTRATE'] }] },
  BENEFICIATE: {
    turns: [{ from: ['ORE', 'TAILINGS', 'CONCENTRATE'], to: ['CONCENTRATE'] }],
    beside: ['TAILINGS'],
  },
  CRACK_LEACH: {
    turns: [
      {
        from: ['ORE', 'TAILINGS', 'CONCENTRATE', 'RE_SOLUTION', 'SWARF', 'SCRAP', 'END_OF_LIFE_MAGNET'],
        to: MIXED,
      },
    ],
  },
  SEPARATE: {
    turns: [
      { from: [...MIXED, ...SEPARATED, ...COMPOUNDS], to: [...SEPARATED, 'CHLORIDE', 'OXIDE'] },
      // A group of rare earths that is sold on for others to separate.
      { from: MIXED, to: MIXED },
    ],
    beside: MIXED,
  },
  CALCINE: {
    turns: [
      { from: ['RE_SOLUTION', 'MIXED_CARBONATE', 'MIXED_OXIDE'], to: ['MIXED_OXIDE'] },
      { from: SEPARATED, to: ['SEPARATED_CARBONATE', ...COMPOUNDS] },
      { from: COMPOUNDS, to: [...COMPOUNDS, 'DIFFUSION_SOURCE'] },
    ],
  },
  REDUCE: { turns: [{ from: COMPOUNDS, to: ['METAL', 'FERROALLOY'] }], with: ['METAL'] },
  ALLOY_MELT: { turns: [{ from: ['METAL', 'FERROALLOY', 'ALLOY', 'SCRAP'], to: ['ALLOY'] }] },
  POWDER: {
    turns: [
      { from: ['ALLOY', 'SCRAP', 'END_OF_LIFE_MAGNET', 'RECYCLED_POWDER', 'POWDER'], to: ['POWDER'] },
      { from: ['SWARF', 'SCRAP', 'END_OF_LIFE_MAGNET'], to: ['RECYCLED_POWDER'] },
      { from: ['ALLOY'], to: ['DIFFUSION_SOURCE'] },
    ],
    with: ['METAL', 'FLUORIDE', 'OXIDE'],
  },
  PRESS: { turns: [{ from: ['POWDER', 'RECYCLED_POWDER'], to: ['GREEN_COMPACT', 'BONDED_BLOCK'] }] },
  SINTER: { turns: [{ from: ['GREEN_COMPACT'], to: ['SINTERED_BLOCK'] }] },
  MACHINE: {
    turns: [
      { from: ['SINTERED_BLOCK', 'BONDED_BLOCK', 'PART', 'DIFFUSED_PART'], to: ['PART'] },
      { from: ['DIFFUSED_PART'], to: ['DIFFUSED_PART'] },
    ],
  },
  GRAIN_BOUNDARY_DIFFUSION: {
    turns: [{ from: ['SINTERED_BLOCK', 'PART', 'DIFFUSED_PART'], to: ['DIFFUSED_PART', 'PART'] }],
    with: DIFFUSIBLE,
    beside: ['DIFFUSION_SOURCE'],
  },
  COAT: {
    turns: [{ from: ['SINTERED_BLOCK', 'BONDED_BLOCK', 'PART', 'DIFFUSED_PART'], to: ['COATED_PART'] }],
    with: ['COATING_MATERIAL', 'METAL'],
    beside: ['COATING_MATERIAL'],
  },
  MAGNETIZE: { turns: [{ from: SHAPED, to: ['MAGNET'] }] },
  RECYCLE: {
    turns: [
      {
        from: ['SWARF', 'SCRAP', 'END_OF_LIFE_MAGNET', 'MAGNET'],
        to: ['RECYCLED_POWDER', ...MIXED, 'OXIDE'],
      },
      // A residue of whatever step holds all the rare earths that the step had.
      { from: ['RESIDUE'], to: MIXED },
    ],
  },
};

/** How alloying metals come to be besides: iron, boron, cobalt and the like need no cracking and no separation. */
const WITHOUT_RARE_EARTHS: Partial<Record<Step, readonly Turn[]>> = {
  CRACK_LEACH: [{ from: ['ORE', 'CONCENTRATE'], to: ['OXIDE', 'CHLORIDE'] }],
  CALCINE: [{ from: ['ORE', 'CONCENTRATE'], to: ['OXIDE'] }],
  REDUCE: [
    { from: ['ORE', 'CONCENTRATE', 'SCRAP'], to: ['METAL', 'FERROALLOY'] },
    { from: ['METAL', 'FERROALLOY'], to: ['METAL', 'FERROALLOY'] },
  ],
  ALLOY_MELT: [{ from: ['METAL', 'FERROALLOY', 'SCRAP'], to: ['METAL', 'FERROALLOY'] }],
  RECYCLE: [{ from: ['SCRAP'], to: ['METAL'] }],
};

/** What any process may leave behind, and what may be put into any. */
const ALWAYS_BESIDE: readonly Form[] = ['RESIDUE'];
const ALWAYS_WITH: readonly Form[] = ['REAGENT'];

// Scrap and swarf are alloy: nothing leaves them beside the product before there is one, or a melt of such scrap would
// skip the smelter.
const ALLOY_STEPS: readonly Step[] = [
  'ALLOY_MELT',
  'POWDER',
  'PRESS',
  'SINTER',
  'MACHINE',
  'GRAIN_BOUNDARY_DIFFUSION',
  'COAT',
  'MAGNETIZE',
];
const ALLOY_BESIDE: readonly Form[] = ['SWARF', 'SCRAP'];

const leads = (turns: readonly Turn[], feed: Form, product: Form) =>
  turns.some(({ from, to }) => from.includes(feed) && to.includes(product));

/** Whether the step turns a feed of one form into a product of the other; BLEND, SPLIT and REPACK change no form. */
export function permits(step: Step, feed: Form, product: Form): boolean {
  if (step === 'BLEND' && feed === 'RECYCLED_POWDER' && product === 'POWDER') return true;
  if (step === 'BLEND' || step === 'SPLIT' || step === 'REPACK') return feed === product;
  return leads(GRAMMAR[step].turns, feed, product);
}

/** The same for material that holds no rare earth: its ore goes to metal without cracking and separation. */
export function permitsWithoutRareEarths(step: Step, feed: Form, product: Form): boolean {
  return permits(step, feed, product) || leads(WITHOUT_RARE_EARTHS[step] ?? [], feed, product);
}

/** Whether the step takes something of this form beside its feed. */
export function takesBeside(step: Step, form: Form): boolean {
  if (ALWAYS_WITH.includes(form)) return true;
  return step in GRAMMAR && (GRAMMAR[step as keyof typeof GRAMMAR].with?.includes(form) ?? false);
}

/** Whether the step may leave something of this form beside its product. */
export function leavesBeside(step: Step, form: Form): boolean {
  if (ALWAYS_BESIDE.includes(form)) return true;
  if (ALLOY_BESIDE.includes(form)) return ALLOY_STEPS.includes(step);
  return step in GRAMMAR && (GRAMMAR[step as keyof typeof GRAMMAR].beside?.includes(form) ?? false);
}

/** The forms in which a mine's own lot can begin. */
export const MINED_FORMS: readonly Form[] = GRAMMAR.MINE.turns.flatMap(({ to }) => to);

/** The steps that something of this form can go into, in process order, the neutral ones last. */
export function nextSteps(form: Form): readonly Step[] {
  const processes = Object.entries(GRAMMAR).filter(([, { turns }]) =>
    turns.some(({ from }) => from.includes(form)),
  );
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
