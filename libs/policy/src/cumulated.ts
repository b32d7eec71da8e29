import { Rational } from '@lodemark/domain';

/** What a batch is off by, in kilograms, and how well that is known. */
export interface Deviation {
  readonly kg: Rational;
  readonly variance: Rational;
}

export interface Run<T> {
  readonly kg: Rational;
  readonly members: readonly T[];
}

/**
 * The first two deviations or more in a row that are together beyond `limit` times their uncertainty. What is known
 * badly hides nothing of what is known well: after all of them, those that are known better are looked at alone.
 */
export function cumulated<T extends Deviation>(all: readonly T[], limit: Rational): Run<T> | undefined {
  // Nearly always: nothing that each is off by goes this way.
  if (!all.some(({ kg }) => kg.isPositive())) return undefined;
  for (let within = all; within.length > 1; within = betterKnown(within)) {
    const run = firstBeyond(within, limit);
    if (run !== undefined) return run;
  }
  return undefined;
}

/** It starts anew whenever it falls to nothing (tabular CUSUM). */
function firstBeyond<T extends Deviation>(all: readonly T[], limit: Rational): Run<T> | undefined {
  let firstIndex = 0;
  let kg = Rational.zero;
  let variance = Rational.zero;
  for (const [index, one] of all.entries()) {
    kg = kg.add(one.kg);
    if (!kg.isPositive()) {
      firstIndex = index + 1;
      kg = Rational.zero;
      variance = Rational.zero;
      continue;
    }
    variance = variance.add(one.variance);
    if (index > firstIndex && kg.exceeds(limit, variance))
      return { kg, members: all.slice(firstIndex, index + 1) };
  }
  return undefined;
}

// Four times as badly known as another: not of its kind.
const ANOTHER_KIND = Rational.parse('16');

/** All but the worst known and those like it. */
function betterKnown<T extends Deviation>(all: readonly T[]): readonly T[] {
  const [first, ...rest] = all.map(({ variance }) => variance);
  if (first === undefined) return [];
  const widest = Rational.max(first, ...rest);
  return all.filter(({ variance }) => variance.mul(ANOTHER_KIND).compare(widest) <= 0 && !widest.isZero());
}
