import {
  ELEMENTS,
  type Element,
  RARE_EARTHS,
  type RareEarth,
  TREO_ELEMENTS,
  atomicMass,
} from './elements.js';
import { type AtomCounts, atomCounts, molarMass } from './formula.js';
import { Rational } from './rational.js';

const RARE_EARTH_OXIDES = [
  // Ce, Pr and Tb in both forms: reading one as the other makes 2 to 5 % of ghost metal.
  'CeO2',
  'Ce2O3',
  'Pr6O11',
  'Pr2O3',
  'Tb4O7',
  'Tb2O3',
  'La2O3',
  'Nd2O3',
  'Sm2O3',
  'Eu2O3',
  'Gd2O3',
  'Dy2O3',
  'Ho2O3',
  'Er2O3',
  'Tm2O3',
  'Yb2O3',
  'Lu2O3',
  'Y2O3',
  'Sc2O3',
] as const;

// prettier-ignore
const OTHER_COMPOUNDS = [
  // companions of rare earths in ores, liquors, salts and slags
  'ThO2', 'U3O8', 'P2O5', 'SiO2', 'CaO', 'CaF2', 'CaCl2', 'CaCO3', 'MgO', 'MnO', 'MnO2', 'Na2O', 'K2O', 'Li2O',
  'LiF', 'LiCl', 'SrO', 'BaO', 'BaSO4', 'SO3', 'TiO2', 'ZrO2', 'HfO2', 'Ta2O5', 'WO3', 'MoO3', 'SnO2', 'V2O5',
  'Cr2O3', 'NiO', 'ZnO', 'PbO',
  // iron, boron, cobalt, aluminium, copper, gallium, niobium
  'FeO', 'Fe2O3', 'Fe3O4', 'B2O3', 'H3BO3', 'CoO', 'Co3O4', 'Co(OH)2', 'CoCO3', 'CoSO4', 'CoSO4.7H2O', 'Al2O3',
  'Al(OH)3', 'Cu2O', 'CuO', 'Ga2O3', 'Nb2O5',
  // hydrides of decrepitated powder and diffusion sources
  'PrH2', 'NdH2', 'TbH2', 'TbH3', 'DyH2', 'DyH3',
  // phases of alloys and ferro-alloys
  'FeB', 'Fe2B', 'Nd2Fe14B', 'SmCo5', 'Sm2Co17',
] as const;

/**
 * Substances in which an assay may be expressed, each named by its formula; `.` joins water of crystallisation.
 * What each holds of an element is read off the formula, so there is no second table to disagree with it.
 */
export const SUBSTANCES = [
  ...ELEMENTS,
  ...RARE_EARTH_OXIDES,
  ...RARE_EARTHS.map((metal) => `${metal}F3` as const),
  ...RARE_EARTHS.flatMap((metal) => [`${metal}Cl3`, `${metal}Cl3.6H2O`, `${metal}Cl3.7H2O`] as const),
  ...RARE_EARTHS.flatMap(
    (metal) => [`${metal}2(CO3)3`, `${metal}2(CO3)3.3H2O`, `${metal}2(CO3)3.8H2O`] as const,
  ),
  ...RARE_EARTHS.flatMap(
    (metal) => [`${metal}2(C2O4)3`, `${metal}2(C2O4)3.6H2O`, `${metal}2(C2O4)3.10H2O`] as const,
  ),
  ...RARE_EARTHS.flatMap((metal) => [`${metal}2(SO4)3`, `${metal}2(SO4)3.8H2O`] as const),
  ...RARE_EARTHS.map((metal) => `${metal}(OH)3` as const),
  ...OTHER_COMPOUNDS,
] as const;
export type Substance = (typeof SUBSTANCES)[number];

const COUNTS = new Map<Substance, AtomCounts>(
  SUBSTANCES.map((substance) => [substance, atomCounts(substance)]),
);

// An assay "as oxide" measures the metal: the anion and water stand for a convention, not for something weighed.
const CONVENTIONAL: ReadonlySet<Element> = new Set(['O', 'H']);
const ANIONS: ReadonlySet<Element> = new Set(['C', 'F', 'S', 'Cl']);

function countsOf(substance: Substance): AtomCounts {
  return COUNTS.get(substance) ?? atomCounts(substance);
}

// The list is closed, so each factor is worked out once.
const FRACTIONS = new Map<Substance, Map<Element, Rational>>();

/** Kilograms of the element in a kilogram of the substance, exact; zero where it holds none. */
export function elementFraction(substance: Substance, element: Element): Rational {
  let fractions = FRACTIONS.get(substance);
  if (fractions === undefined) {
    fractions = fractionsOf(countsOf(substance));
    FRACTIONS.set(substance, fractions);
  }
  return fractions.get(element) ?? Rational.zero;
}

function fractionsOf(counts: AtomCounts): Map<Element, Rational> {
  const whole = molarMass(counts);
  return new Map(
    [...counts].map(([element, atoms]) => [element, atomicMass(element).mul(Rational.of(atoms)).div(whole)]),
  );
}

/**
 * The elements that an assay expressed in this substance measures: the metal of an oxide, fluoride, carbonate or
 * salt, every constituent of an alloy phase, the element itself.
 */
export function assayedElements(substance: Substance): readonly Element[] {
  const all = [...countsOf(substance).keys()];
  const weighed = all.filter((element) => !CONVENTIONAL.has(element));
  const cations = weighed.filter((element) => !ANIONS.has(element));
  return [cations, weighed].find((elements) => elements.length > 0) ?? all;
}

/** The oxide in which total rare-earth oxide (TREO) counts an element: CeO2, Pr6O11, Tb4O7, else M2O3. */
export function treoOxide(element: RareEarth): Substance {
  switch (element) {
    case 'Ce':
      return 'CeO2';
    case 'Pr':
      return 'Pr6O11';
    case 'Tb':
      return 'Tb4O7';
    default:
      return `${element}2O3`;
  }
}

const OXIDES: ReadonlySet<Substance> = new Set(RARE_EARTH_OXIDES);

/** True for an oxide of a rare earth that TREO sums; only such a one has a share of the TREO. */
export function isTreoOxide(substance: Substance): boolean {
  return OXIDES.has(substance) && assayedElements(substance).every((element) => TREO_ELEMENTS.has(element));
}
