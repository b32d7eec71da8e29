import { Rational } from './rational.js';

const MISTAKES: readonly { readonly ratio: Rational; readonly says: string }[] = [
  { ratio: Rational.parse('2.20462'), says: 'looks like lb given as kg (ratio 2.2046)' },
  { ratio: Rational.parse('0.45359'), says: 'looks like kg given as lb (ratio 0.4536)' },
  { ratio: Rational.parse('1.10231'), says: 'looks like short tons given as tonnes (ratio 1.102)' },
  { ratio: Rational.parse('0.90718'), says: 'looks like tonnes given as short tons (ratio 0.907)' },
  { ratio: Rational.parse('1000'), says: 'looks like g given as kg, or kg given as t (ratio 1000)' },
  { ratio: Rational.parse('0.001'), says: 'looks like kg given as g, or t given as kg (ratio 0.001)' },
];

const ONE_PERCENT = Rational.parse('0.01');

/**
 * Names the unit mistake that would explain why `stated` stands where `expected` should, both in kilograms;
 * undefined when none is within `tolerance` (relative, 1 % unless told).
 */
export function likelyUnitMistake(
  stated: Rational,
  expected: Rational,
  tolerance: Rational = ONE_PERCENT,
): string | undefined {
  if (!stated.isPositive() || !expected.isPositive()) return undefined;
  const ratio = stated.div(expected);
  const near = MISTAKES.find(
    (mistake) => !ratio.sub(mistake.ratio).abs().greaterThan(mistake.ratio.mul(tolerance)),
  );
  return near?.says;
}
