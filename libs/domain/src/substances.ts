import { ELEMENTS, RARE_EARTHS } from './elements.js';

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
