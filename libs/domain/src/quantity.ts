import { Rational } from './rational.js';
import { type FractionUnit, type MassUnit, kilogramsPer, sharePer } from './units.js';

export const UNCERTAINTY_KINDS = ['absolute', 'relative-percent'] as const;
export type UncertaintyKind = (typeof UNCERTAINTY_KINDS)[number];

/** Expanded uncertainty U with its coverage factor k; `absolute` is in the unit of the value it belongs to. */
export interface Uncertainty {
  value: string;
  kind: UncertaintyKind;
  k: string;
}

/** A mass as reported: a decimal string and its unit. */
export interface Quantity {
  value: string;
  unit: MassUnit;
  uncertainty?: Uncertainty;
}

/** A mass fraction as reported: a decimal string and its unit. */
export interface Fraction {
  value: string;
  unit: FractionUnit;
  uncertainty?: Uncertainty;
}

/** The quantity in kilograms, exact. */
export function toKilograms(quantity: Quantity): Rational {
  return Rational.parse(quantity.value).mul(kilogramsPer(quantity.unit));
}

/** The fraction as kilograms per kilogram, exact. */
export function toShare(fraction: Fraction): Rational {
  return Rational.parse(fraction.value).mul(sharePer(fraction.unit));
}

const HUNDRED = Rational.parse('100');

/**
 * The squared standard uncertainty (1 sigma) relative to the value, `(U / k / value)^2`, or undefined when none
 * is stated or when none can be had: a value of zero, or a k that is not positive.
 */
export function relativeVariance(reported: Quantity | Fraction): Rational | undefined {
  const { uncertainty } = reported;
  if (uncertainty === undefined) return undefined;
  const k = Rational.parse(uncertainty.k);
  if (!k.isPositive()) return undefined;
  const standard = Rational.parse(uncertainty.value).div(k);
  if (uncertainty.kind === 'relative-percent') return standard.div(HUNDRED).square();
  const value = Rational.parse(reported.value);
  return value.isZero() ? undefined : standard.div(value).square();
}
