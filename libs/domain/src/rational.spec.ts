import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Rational, isDecimal } from './rational.js';

const whole = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n });
const positive = fc.bigInt({ min: 1n, max: 10n ** 18n });
const rational = fc.tuple(whole, positive).map(([n, d]) => Rational.of(n, d));
const nonZero = rational.filter((value) => !value.isZero());
const decimal = fc
  .tuple(
    fc.boolean(),
    fc.bigInt({ min: 0n, max: 10n ** 15n }),
    fc.string({ unit: fc.constantFrom('0', '1', '2', '3', '4', '5', '6', '7', '8', '9'), maxLength: 12 }),
  )
  .map(([negative, before, after]) => `${negative ? '-' : ''}${before}${after === '' ? '' : `.${after}`}`);

const same = (left: Rational, right: Rational) => {
  expect(left.equals(right)).toBe(true);
};

describe('a rational', () => {
  it('obeys the laws of a field', () => {
    fc.assert(
      fc.property(rational, rational, rational, (a, b, c) => {
        same(a.add(b), b.add(a));
        same(a.mul(b), b.mul(a));
        same(a.add(b).add(c), a.add(b.add(c)));
        same(a.mul(b).mul(c), a.mul(b.mul(c)));
        same(a.mul(b.add(c)), a.mul(b).add(a.mul(c)));
        same(a.add(Rational.zero), a);
        same(a.mul(Rational.one), a);
        same(a.sub(a), Rational.zero);
        same(a.add(b).sub(b), a);
      }),
    );
  });

  it('undoes a multiplication by dividing', () => {
    fc.assert(
      fc.property(rational, nonZero, (a, b) => {
        same(a.mul(b).div(b), a);
        same(b.div(b), Rational.one);
      }),
    );
  });

  it('is in lowest terms with a positive denominator, however it was made', () => {
    fc.assert(
      fc.property(whole, positive, positive, (n, d, factor) => {
        const value = Rational.of(n * -factor, d * -factor);
        expect(value).toEqual(Rational.of(n, d));
        expect(value.denominator > 0n).toBe(true);
      }),
    );
  });

  it('stays in lowest terms whatever is done with it', () => {
    const small = fc
      .tuple(fc.bigInt({ min: -60n, max: 60n }), fc.bigInt({ min: 1n, max: 60n }))
      .map(([n, d]) => Rational.of(n, d));
    fc.assert(
      fc.property(small, small, (a, b) => {
        const results = [a.add(b), a.sub(b), a.mul(b), a.square(), a.negate(), a.abs()];
        if (!b.isZero()) results.push(a.div(b));
        for (const { numerator, denominator } of results)
          expect(termsOf(Rational.of(numerator, denominator))).toEqual({ numerator, denominator });
        expect(termsOf(a.add(b))).toEqual(
          termsOf(
            Rational.of(
              a.numerator * b.denominator + b.numerator * a.denominator,
              a.denominator * b.denominator,
            ),
          ),
        );
        expect(termsOf(a.mul(b))).toEqual(
          termsOf(Rational.of(a.numerator * b.numerator, a.denominator * b.denominator)),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it('is what fractions in lowest terms come to, however long it is computed with', () => {
    const steps = fc.array(fc.tuple(fc.constantFrom('add', 'sub', 'mul', 'div', 'square'), whole, positive), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(rational, steps, (start, work) => {
        let value = start;
        let fraction = termsOf(start);
        for (const [how, numerator, denominator] of work) {
          const other = Rational.of(numerator, denominator);
          if (how === 'div' && other.isZero()) continue;
          // Squares of squares double their length with each step, in any representation.
          if (how === 'square' && fraction.denominator > 2n ** 2_000n) continue;
          value = how === 'square' ? value.square() : value[how](other);
          fraction = worked(how, fraction, how === 'square' ? fraction : termsOf(other));
        }
        expect(termsOf(value)).toEqual(fraction);
        expect(value.isZero()).toBe(fraction.numerator === 0n);
        expect(value.toString()).toBe(Rational.of(fraction.numerator, fraction.denominator).toString());
        expect(value.toDecimal(6)).toBe(Rational.of(fraction.numerator, fraction.denominator).toDecimal(6));
      }),
    );
  });

  it('orders as its difference does', () => {
    fc.assert(
      fc.property(rational, rational, (a, b) => {
        const difference = a.sub(b);
        expect(a.lessThan(b)).toBe(difference.isNegative());
        expect(a.greaterThan(b)).toBe(difference.isPositive());
        expect(a.compare(b) === 0).toBe(difference.isZero());
        expect(Rational.max(a, b).lessThan(Rational.min(a, b))).toBe(false);
        same(Rational.max(a, b).add(Rational.min(a, b)), a.add(b));
      }),
    );
  });

  it('sums in any order to the same', () => {
    fc.assert(
      fc.property(fc.array(rational, { maxLength: 8 }), (terms) => {
        same(Rational.sum(terms), Rational.sum(terms.toReversed()));
      }),
    );
  });

  it('cannot be changed', () => {
    const value = Rational.parse('1.5');
    expect(() => Object.assign(value, { numerator: 2n })).toThrow(TypeError);
  });

  it('treats division by zero as a mistake of the program', () => {
    expect(() => Rational.one.div(Rational.zero)).toThrow(RangeError);
    expect(() => Rational.of(1n, 0n)).toThrow(RangeError);
  });

  it('counts only in whole numbers', () => {
    expect(Rational.fromInteger(12).toString()).toBe('12');
    expect(() => Rational.fromInteger(0.5)).toThrow(RangeError);
    expect(() => Rational.fromInteger(2 ** 53)).toThrow(RangeError);
  });
});

describe('decimal text', () => {
  it('comes back from a rational as it went in, but for trailing zeros and the sign of zero', () => {
    fc.assert(
      fc.property(decimal, (text) => {
        const value = Rational.parse(text);
        const plain = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
        expect(value.toString()).toBe(plain === '-0' ? '0' : plain);
        same(Rational.parse(value.toString()), value);
      }),
    );
  });

  it.each(['0', '-0', '1', '0.1', '-12.50', '1'.repeat(30), `0.${'1'.repeat(29)}`])('reads %s', (text) => {
    expect(isDecimal(text)).toBe(true);
    expect(() => Rational.parse(text)).not.toThrow();
  });

  it.each([
    '',
    '-',
    '+1',
    '01',
    '.5',
    '5.',
    '1e3',
    '1_000',
    '1,5',
    ' 1',
    '1 ',
    '1\n',
    '0x10',
    'NaN',
    'Infinity',
    '--1',
    '٣',
    '1'.repeat(31),
    `0.${'1'.repeat(30)}`,
  ])('does not read %j', (text) => {
    expect(isDecimal(text)).toBe(false);
    expect(() => Rational.parse(text)).toThrow(SyntaxError);
  });

  it('writes what does not end as a ratio', () => {
    expect(Rational.of(-2n, 6n).toString()).toBe('-1/3');
    expect(Rational.of(1n, 8n).toString()).toBe('0.125');
    expect(JSON.stringify({ kg: Rational.of(1n, 3n) })).toBe('{"kg":"1/3"}');
  });
});

describe('rounding half-even', () => {
  it.each([
    ['0.5', 0, '0'],
    ['1.5', 0, '2'],
    ['2.5', 0, '2'],
    ['-2.5', 0, '-2'],
    ['-0.4', 0, '0'],
    ['2.5000001', 0, '3'],
    ['0.125', 2, '0.12'],
    ['0.135', 2, '0.14'],
    ['-0.005', 2, '0.00'],
    ['-0.015', 2, '-0.02'],
    ['9.995', 2, '10.00'],
    ['7', 3, '7.000'],
  ])('turns %s at %i places into %s', (text, places, expected) => {
    expect(Rational.parse(text).toDecimal(places)).toBe(expected);
  });

  it('is never off by more than half a unit of the last place, and goes to the even digit on a tie', () => {
    fc.assert(
      fc.property(rational, fc.integer({ min: 0, max: 9 }), (value, places) => {
        const rounded = Rational.parse(value.toDecimal(places));
        const unit = Rational.of(1n, 10n ** BigInt(places));
        const doubled = value.sub(rounded).abs().mul(Rational.of(2n));
        expect(doubled.greaterThan(unit)).toBe(false);
        if (doubled.equals(unit)) expect(rounded.div(unit).numerator % 2n).toBe(0n);
        expect(value.negate().toDecimal(places).replace('-', '')).toBe(
          value.toDecimal(places).replace('-', ''),
        );
      }),
    );
  });

  it('takes whole places only', () => {
    expect(() => Rational.one.toDecimal(-1)).toThrow(RangeError);
    expect(() => Rational.one.toDecimal(0.5)).toThrow(RangeError);
  });
});

describe('comparing with k times a standard uncertainty', () => {
  it('decides on squares as the roots would', () => {
    fc.assert(
      fc.property(rational, rational, rational, (value, k, sigma) => {
        const [size, root] = [k.abs(), sigma.abs()];
        expect(value.exceeds(size, root.square())).toBe(value.greaterThan(size.mul(root)));
      }),
    );
  });

  it('does not call a deficit an excess', () => {
    expect(Rational.parse('-100').exceeds(Rational.parse('3'), Rational.one)).toBe(false);
    expect(Rational.parse('3').exceeds(Rational.parse('3'), Rational.one)).toBe(false);
  });

  it('takes neither a negative k nor a negative variance', () => {
    expect(() => Rational.one.exceeds(Rational.parse('-1'), Rational.one)).toThrow(RangeError);
    expect(() => Rational.one.exceeds(Rational.one, Rational.parse('-1'))).toThrow(RangeError);
  });
});

interface Terms {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

function termsOf({ numerator, denominator }: Rational): Terms {
  return { numerator, denominator };
}

/** The same by the rules of fractions, each step brought to lowest terms by Euclid. */
function worked(how: 'add' | 'sub' | 'mul' | 'div' | 'square', a: Terms, b: Terms): Terms {
  switch (how) {
    case 'add':
      return lowest(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
    case 'sub':
      return lowest(a.numerator * b.denominator - b.numerator * a.denominator, a.denominator * b.denominator);
    case 'div':
      return lowest(a.numerator * b.denominator, a.denominator * b.numerator);
    default:
      return lowest(a.numerator * b.numerator, a.denominator * b.denominator);
  }
}

function lowest(numerator: bigint, denominator: bigint): Terms {
  let [x, y] = [numerator, denominator];
  while (y !== 0n) [x, y] = [y, x % y];
  // The divisor that is found has the sign that leaves a positive denominator.
  const common = x < 0n === denominator < 0n ? x : -x;
  return { numerator: numerator / common, denominator: denominator / common };
}
