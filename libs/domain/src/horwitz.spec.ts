import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HORWITZ_TABLE, horwitzVariance } from './horwitz.js';
import { Rational } from './rational.js';

const curve = (share: number) => 2 ** (1 - 0.5 * Math.log10(share));
const percentAt = (share: string) => {
  const variance = horwitzVariance(Rational.parse(share), HORWITZ_TABLE);
  return Math.sqrt(Number(variance.toDecimal(20))) * 100;
};

describe('the Horwitz prior', () => {
  it.each([
    ['0.6', 2.2],
    ['0.3', 2.4],
    ['0.1', 2.8],
    ['0.01', 4],
    ['0.001', 5.7],
    ['0.0001', 8],
    ['0.000001', 16],
  ])('gives the figure of domain.md 3.6 at a share of %s: %f %%', (share, expected) => {
    expect(percentAt(share)).toBeCloseTo(expected, 1);
  });

  it('has rows from the whole down to nothing, each the curve at its lower end rounded up', () => {
    const shares = HORWITZ_TABLE.map(({ fromShare }) => Rational.parse(fromShare));
    expect(shares[0]?.toString()).toBe('1');
    expect(shares.at(-1)?.isZero()).toBe(true);
    shares.slice(1).forEach((share, index) => expect(share.lessThan(shares[index]!)).toBe(true));
    for (const { fromShare, rsdPercent } of HORWITZ_TABLE.slice(0, -1)) {
      const exact = curve(Number(fromShare));
      expect(Number(rsdPercent) - exact).toBeGreaterThan(-1e-9);
      expect(Number(rsdPercent) - exact).toBeLessThan(0.01 + 1e-9);
    }
  });

  it('never understates the curve, and overstates it by less than a tenth down to 1 ppm', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 9n }), (billionths) => {
        const share = Rational.of(billionths, 10n ** 9n).toString();
        const stated = percentAt(share);
        const exact = curve(Number(share));
        expect(stated).toBeGreaterThan(exact * 0.999999);
        expect(stated).toBeLessThan(exact * (billionths < 1_000n ? 1.5 : 1.1));
      }),
      { numRuns: 500 },
    );
  });

  it('needs a table that ends at zero', () => {
    const cut = HORWITZ_TABLE.slice(0, 3);
    expect(() => horwitzVariance(Rational.parse('0.001'), cut)).toThrow(RangeError);
  });
});
