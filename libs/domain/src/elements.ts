import { Rational } from './rational.js';

/**
 * Standard atomic weights 2021 (IUPAC Technical Report, Pure Appl. Chem. 94 (2022) 573-600), rounded to three decimals;
 * the abridged value where the standard weight is an interval. Every conversion factor follows from this one table.
 * Promethium is left out: it has no stable isotope and no standard atomic weight.
 */
const ATOMIC_MASSES = {
  H: '1.008',
  Li: '6.94',
  Be: '9.012',
  B: '10.81',
  C: '12.011',
  N: '14.007',
  O: '15.999',
  F: '18.998',
  Na: '22.990',
  Mg: '24.305',
  Al: '26.982',
  Si: '28.085',
  P: '30.974',
  S: '32.06',
  Cl: '35.45',
  K: '39.098',
  Ca: '40.078',
  Sc: '44.956',
  Ti: '47.867',
  V: '50.942',
  Cr: '51.996',
  Mn: '54.938',
  Fe: '55.845',
  Co: '58.933',
  Ni: '58.693',
  Cu: '63.546',
  Zn: '65.38',
  Ga: '69.723',
  Ge: '72.630',
  As: '74.922',
  Se: '78.971',
  Sr: '87.62',
  Y: '88.906',
  Zr: '91.224',
  Nb: '92.906',
  Mo: '95.95',
  Pd: '106.42',
  Ag: '107.868',
  Cd: '112.414',
  In: '114.818',
  Sn: '118.710',
  Sb: '121.760',
  Te: '127.60',
  Ba: '137.327',
  La: '138.905',
  Ce: '140.116',
  Pr: '140.908',
  Nd: '144.242',
  Sm: '150.36',
  Eu: '151.964',
  Gd: '157.25',
  Tb: '158.925',
  Dy: '162.500',
  Ho: '164.930',
  Er: '167.259',
  Tm: '168.934',
  Yb: '173.045',
  Lu: '174.967',
  Hf: '178.486',
  Ta: '180.948',
  W: '183.84',
  Re: '186.207',
  Pt: '195.084',
  Au: '196.967',
  Hg: '200.592',
  Tl: '204.38',
  Pb: '207.2',
  Bi: '208.980',
  Th: '232.038',
  U: '238.029',
} as const;

export type Element = keyof typeof ATOMIC_MASSES;

/** Chemical symbols of the elements that an assay may name, by atomic number. */
export const ELEMENTS = Object.keys(ATOMIC_MASSES) as readonly Element[];

/** The rare earths: scandium, yttrium and the lanthanides. */
export const RARE_EARTHS = [
  'La',
  'Ce',
  'Pr',
  'Nd',
  'Sm',
  'Eu',
  'Gd',
  'Tb',
  'Dy',
  'Ho',
  'Er',
  'Tm',
  'Yb',
  'Lu',
  'Y',
  'Sc',
] as const satisfies readonly Element[];
export type RareEarth = (typeof RARE_EARTHS)[number];

const RARE_EARTH_SET: ReadonlySet<Element> = new Set(RARE_EARTHS);

/** What TREO sums: La to Lu and Y; scandium is left out by custom. */
export const TREO_ELEMENTS: ReadonlySet<Element> = new Set(RARE_EARTHS.filter((element) => element !== 'Sc'));

/** The heavy rare earths: Gd to Lu and Y. */
export const HEAVY_RARE_EARTHS: ReadonlySet<Element> = new Set([
  'Gd',
  'Tb',
  'Dy',
  'Ho',
  'Er',
  'Tm',
  'Yb',
  'Lu',
  'Y',
]);

export function isRareEarth(element: Element): element is RareEarth {
  return RARE_EARTH_SET.has(element);
}

/** Standard atomic weight of the element, in g/mol. */
export function atomicMass(element: Element): Rational {
  return Rational.parse(ATOMIC_MASSES[element]);
}
