import { Rational } from '@lodemark/domain';

const HUNDRED = Rational.parse('100');

/** A percentage of a policy as a share. */
export function percent(text: string): Rational {
  return Rational.parse(text).div(HUNDRED);
}

/** A share as a finding states it: percent, four places. */
export function inPercent(share: Rational): string {
  return share.mul(HUNDRED).toDecimal(4);
}
