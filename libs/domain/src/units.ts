import { Rational } from './rational.js';

/** Mass units a record may use; `oz` is the avoirdupois ounce, `t` the metric tonne. */
export const MASS_UNITS = ['mg', 'g', 'kg', 't', 'oz', 'lb', 'short_ton', 'long_ton'] as const;
export type MassUnit = (typeof MASS_UNITS)[number];

/** Units of a mass fraction; `ppm` and `ppb` are by mass. */
export const FRACTION_UNITS = ['%', 'ppm', 'ppb', 'g/kg', 'mg/kg', 'kg/t', 'g/t'] as const;
export type FractionUnit = (typeof FRACTION_UNITS)[number];

// Exact by definition: the international avoirdupois pound is 0.45359237 kg, an ounce 1/16 of it,
// a short ton 2000 and a long ton 2240 of it.
const KILOGRAMS_PER_UNIT: Record<MassUnit, Rational> = {
  mg: Rational.parse('0.000001'),
  g: Rational.parse('0.001'),
  kg: Rational.parse('1'),
  t: Rational.parse('1000'),
  oz: Rational.parse('0.028349523125'),
  lb: Rational.parse('0.45359237'),
  short_ton: Rational.parse('907.18474'),
  long_ton: Rational.parse('1016.0469088'),
};

const SHARE_PER_UNIT: Record<FractionUnit, Rational> = {
  '%': Rational.parse('0.01'),
  ppm: Rational.parse('0.000001'),
  ppb: Rational.parse('0.000000001'),
  'g/kg': Rational.parse('0.001'),
  'mg/kg': Rational.parse('0.000001'),
  'kg/t': Rational.parse('0.001'),
  'g/t': Rational.parse('0.000001'),
};

/** Kilograms in one of `unit`, exact. */
export function kilogramsPer(unit: MassUnit): Rational {
  return KILOGRAMS_PER_UNIT[unit];
}

/** Kilograms per kilogram in one of `unit`, exact. */
export function sharePer(unit: FractionUnit): Rational {
  return SHARE_PER_UNIT[unit];
}
