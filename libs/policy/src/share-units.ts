import { Rational } from '@lodemark/domain';

/**
 * Shares are counted in whole units, of which the whole has 10^60: handed on from lot to lot, none is lost and none
 * comes to be, and they do not grow as fractions do, whose divisors are the product of all weighings on the way.
 */
export const WHOLE_SHARE = 10n ** 60n;

/** Hands out units in proportion to weights, all of them; what does not divide goes to the heaviest. */
export function handOut(units: bigint, weights: readonly Rational[]): bigint[] {
  const total = Rational.sum(weights);
  if (!total.isPositive()) throw new RangeError('something must be weighed');
  const parts = weights.map((weight) => {
    const part = weight.div(total);
    return (units * part.numerator) / part.denominator;
  });
  const heaviest = weights.reduce(
    (best, weight, at) => (weight.greaterThan(weights[best] ?? Rational.zero) ? at : best),
    0,
  );
  const left = parts.reduce((rest, part) => rest - part, units);
  return parts.map((part, at) => (at === heaviest ? part + left : part));
}

/** Writes an amount out over units, in decimals that add up to what the amount itself is written as. */
export function writtenOut(amount: Rational, units: readonly bigint[], places: number): string[] {
  const whole = Rational.parse(amount.toDecimal(places));
  const grain = 10n ** BigInt(places);
  const grains = (whole.numerator * grain) / whole.denominator;
  const all = units.reduce((sum, one) => sum + one, 0n);
  const floors = units.map((one) => (grains * one) / all);
  const byRest = units
    .map((one, index) => ({ index, rest: (grains * one) % all }))
    .sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1));
  const missingCount = Number(grains - floors.reduce((sum, one) => sum + one, 0n));
  const raised = new Set(byRest.slice(0, missingCount).map(({ index }) => index));
  return floors.map((floor, at) => Rational.of(raised.has(at) ? floor + 1n : floor, grain).toDecimal(places));
}
