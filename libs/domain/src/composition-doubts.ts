import type { Analyte, Composition } from './composition.js';
import { namedTreo } from './element-contents.js';
import type { Form } from './forms.js';
import type { Problem } from './problem.js';
import { type Fraction, toShare } from './quantity.js';
import { Rational } from './rational.js';
import { type Substance, isTreoOxide } from './substances.js';

/** What check C37 looks at: the form of a lot and its assay. */
export interface AssayedForm {
  readonly form: Form;
  readonly composition?: Composition;
}

/**
 * Highest TREO that a form can hold. Carbonates: 0.751 is terbium and lutetium without any water; fluorides and
 * chlorides from stoichiometry (domain.md 3.2); ores, tailings and concentrates from what is mined (3.1, 3.3).
 */
const HIGHEST_TREO: Partial<Record<Form, Rational>> = {
  ORE: Rational.parse('0.2'),
  TAILINGS: Rational.parse('0.2'),
  CONCENTRATE: Rational.parse('0.75'),
  RE_SOLUTION: Rational.parse('0.5'),
  SEPARATED_SOLUTION: Rational.parse('0.5'),
  MIXED_CARBONATE: Rational.parse('0.76'),
  SEPARATED_CARBONATE: Rational.parse('0.76'),
  FLUORIDE: Rational.parse('0.88'),
  CHLORIDE: Rational.parse('0.72'),
};

/** An oxide is an oxide through and through; each analyte is rounded by itself. */
const HIGHEST_NAMED: Partial<Record<Form, Rational>> = {
  MIXED_OXIDE: Rational.parse('1.02'),
  OXIDE: Rational.parse('1.02'),
};

const METALLIC: ReadonlySet<Form> = new Set<Form>([
  'METAL',
  'FERROALLOY',
  'ALLOY',
  'POWDER',
  'GREEN_COMPACT',
  'SINTERED_BLOCK',
  'BONDED_BLOCK',
  'PART',
  'DIFFUSED_PART',
  'COATED_PART',
  'MAGNET',
  'RECYCLED_POWDER',
]);

/** Sesquioxides that the trade does not weigh: reading one for the usual oxide makes 2 to 5 % of ghost metal. */
const UNUSUAL: ReadonlySet<Substance> = new Set<Substance>(['Ce2O3', 'Pr2O3', 'Tb2O3']);

const NEARLY_ALL = Rational.parse('0.9');

/**
 * What is odd about an assay without being impossible (check C37): recorded, flagged, never refused. Pointers are
 * relative to the material.
 */
export function compositionDoubts({ form, composition }: AssayedForm): readonly Problem[] {
  if (composition === undefined) return [];
  const { analytes, treo } = composition;
  return [
    ...(treo === undefined ? namedDoubts(form, analytes) : treoDoubts(form, treo)),
    ...analytes.flatMap(({ substance }, index) => substanceDoubts(form, substance, index)),
    ...distributionDoubts(analytes, treo),
  ];
}

function treoDoubts(form: Form, treo: Fraction): Problem[] {
  const pointer = '/composition/treo';
  if (METALLIC.has(form)) {
    const detail = `${form} is metal: its rare earth is given as metal, not as oxide`;
    return [{ code: 'treo-of-metal', pointer, detail }];
  }
  const highest = HIGHEST_TREO[form];
  if (highest === undefined || !toShare(treo).greaterThan(highest)) return [];
  const limit = highest.mul(Rational.parse('100')).toString();
  const detail = `${treo.value} ${treo.unit} TREO: ${form} holds at most about ${limit} %; perhaps another form or basis`;
  return [{ code: 'treo-too-high-for-form', pointer, detail }];
}

/** Where no sum is stated, what is named makes one. */
function namedDoubts(form: Form, analytes: readonly Analyte[]): Problem[] {
  const highest = HIGHEST_TREO[form] ?? HIGHEST_NAMED[form];
  const sum = namedTreo(analytes);
  if (highest === undefined || !sum.greaterThan(highest)) return [];
  const percent = (share: Rational) => share.mul(Rational.parse('100')).toDecimal(1);
  const detail = `the rare earths come to ${percent(sum)} % of oxides: ${form} holds at most about ${percent(highest)} %; perhaps metal was meant for oxide, or another form`;
  return [{ code: 'treo-too-high-for-form', pointer: '/composition/analytes', detail }];
}

function substanceDoubts(form: Form, substance: Substance, index: number): Problem[] {
  const pointer = `/composition/analytes/${index}/substance`;
  if (METALLIC.has(form) && isTreoOxide(substance))
    return [{ code: 'oxide-in-metal', pointer, detail: `${form} is assayed as metal, not as ${substance}` }];
  if (!UNUSUAL.has(substance)) return [];
  const detail = `${substance} is seldom what was weighed; perhaps CeO2, Pr6O11 or Tb4O7 was meant`;
  return [{ code: 'unusual-oxide-form', pointer, detail }];
}

// Shares of the TREO given as shares of the material make a factor of two: the usual slip of a clerk.
function distributionDoubts(analytes: readonly Analyte[], treo: Fraction | undefined): Problem[] {
  if (treo === undefined) return [];
  const total = toShare(treo);
  const oxides = analytes.filter(({ of, substance }) => of === 'material' && isTreoOxide(substance));
  const sum = Rational.sum(oxides.map(({ fraction }) => toShare(fraction)));
  if (!total.lessThan(NEARLY_ALL) || !sum.greaterThan(NEARLY_ALL)) return [];
  const detail = `rare-earth oxides sum to nearly 100 % of the material, but TREO is ${treo.value} ${treo.unit}; perhaps they are shares of the TREO`;
  return [{ code: 'distribution-as-share', pointer: '/composition/analytes', detail }];
}
