/** What a decimal string of a record looks like: no sign but minus, no exponent, no leading zeros. */
export const DECIMAL = /^-?(0|[1-9]\d*)(\.\d+)?$/;

/** A decimal string may carry this many digits, before and after the point together. */
export const MAX_DECIMAL_DIGITS = 30;

/** True when `text` is a decimal string that {@link Rational.parse} reads. */
export function isDecimal(text: string): boolean {
  return DECIMAL.test(text) && text.replace(/[-.]/g, '').length <= MAX_DECIMAL_DIGITS;
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [magnitude(a), b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** Records repeat the same few decimals over and over: a fraction, an uncertainty, a factor. */
const MOST_PARSED = 10_000;
const parsed = new Map<string, Rational>();

/**
 * An exact, immutable rational number in lowest terms. Every quantity and uncertainty is computed with it,
 * because a verdict must come out the same on every machine.
 */
export class Rational {
  static readonly zero = new Rational(0n, 1n);
  static readonly one = new Rational(1n, 1n);

  readonly numerator: bigint;
  /** Always positive. */
  readonly denominator: bigint;

  private constructor(numerator: bigint, denominator: bigint) {
    this.numerator = numerator;
    this.denominator = denominator;
  }

  /** `numerator / denominator`; a zero denominator is a programmer error and throws a RangeError. */
  static of(numerator: bigint, denominator = 1n): Rational {
    if (denominator === 0n) throw new RangeError('a rational has no zero denominator');
    const divisor = greatestCommonDivisor(numerator, magnitude(denominator));
    const sign = denominator < 0n ? -1n : 1n;
    return new Rational((sign * numerator) / divisor, (sign * denominator) / divisor);
  }

  /** Reads a decimal string; check foreign text with {@link isDecimal} first, else a SyntaxError is thrown. */
  static parse(text: string): Rational {
    const before = parsed.get(text);
    if (before !== undefined) return before;
    if (!isDecimal(text)) throw new SyntaxError(`not a decimal of at most ${MAX_DECIMAL_DIGITS} digits`);
    const [whole = '', decimals = ''] = text.split('.');
    // Frozen because it is shared; what is computed from it is nobody else's, and too many to freeze each.
    const value = Object.freeze(Rational.of(BigInt(whole + decimals), 10n ** BigInt(decimals.length)));
    if (parsed.size >= MOST_PARSED) parsed.clear();
    parsed.set(text, value);
    return value;
  }

  /** A whole count as a rational; anything but a safe integer is a programmer error. */
  static fromInteger(count: number | bigint): Rational {
    if (typeof count === 'number' && !Number.isSafeInteger(count))
      throw new RangeError('a count is a safe integer');
    return Rational.of(BigInt(count));
  }

  static sum(terms: Iterable<Rational>): Rational {
    let total = Rational.zero;
    for (const term of terms) total = total.add(term);
    return total;
  }

  static min(first: Rational, ...rest: readonly Rational[]): Rational {
    return rest.reduce((least, term) => (term.compare(least) < 0 ? term : least), first);
  }

  static max(first: Rational, ...rest: readonly Rational[]): Rational {
    return rest.reduce((most, term) => (term.compare(most) > 0 ? term : most), first);
  }

  // Knuth, TAOCP 4.5.1: what is in lowest terms already needs only the divisors that the parts can share.
  add(other: Rational): Rational {
    const shared = greatestCommonDivisor(this.denominator, other.denominator);
    const [left, right] = [this.denominator / shared, other.denominator / shared];
    const sum = this.numerator * right + other.numerator * left;
    const common = shared === 1n ? 1n : greatestCommonDivisor(sum, shared);
    return new Rational(sum / common, left * (other.denominator / common));
  }

  sub(other: Rational): Rational {
    return this.add(other.negate());
  }

  mul(other: Rational): Rational {
    const one = greatestCommonDivisor(this.numerator, other.denominator);
    const two = greatestCommonDivisor(other.numerator, this.denominator);
    return new Rational(
      (this.numerator / one) * (other.numerator / two),
      (this.denominator / two) * (other.denominator / one),
    );
  }

  /** Division by zero is a programmer error and throws a RangeError. */
  div(other: Rational): Rational {
    return this.mul(Rational.of(other.denominator, other.numerator));
  }

  negate(): Rational {
    return new Rational(-this.numerator, this.denominator);
  }

  abs(): Rational {
    return this.numerator < 0n ? this.negate() : this;
  }

  square(): Rational {
    return new Rational(this.numerator * this.numerator, this.denominator * this.denominator);
  }

  /** -1, 0 or 1, as this is less than, equal to or greater than `other`. */
  compare(other: Rational): -1 | 0 | 1 {
    const left = this.numerator * other.denominator;
    const right = other.numerator * this.denominator;
    if (left === right) return 0;
    return left < right ? -1 : 1;
  }

  equals(other: Rational): boolean {
    return this.numerator === other.numerator && this.denominator === other.denominator;
  }

  lessThan(other: Rational): boolean {
    return this.compare(other) < 0;
  }

  greaterThan(other: Rational): boolean {
    return this.compare(other) > 0;
  }

  isZero(): boolean {
    return this.numerator === 0n;
  }

  isNegative(): boolean {
    return this.numerator < 0n;
  }

  isPositive(): boolean {
    return this.numerator > 0n;
  }

  /** True when this > k · √variance, decided on squares so that no root is ever taken; k and variance >= 0. */
  exceeds(k: Rational, variance: Rational): boolean {
    if (k.isNegative() || variance.isNegative()) throw new RangeError('k and a variance are never negative');
    return this.isPositive() && this.square().greaterThan(k.square().mul(variance));
  }

  /** Decimal text with exactly `places` decimals, rounded half-even. Never writes `-0`. */
  toDecimal(places: number): string {
    if (!Number.isInteger(places) || places < 0) throw new RangeError('places is a whole number from 0');
    const scaled = magnitude(this.numerator) * 10n ** BigInt(places);
    const floor = scaled / this.denominator;
    const twice = 2n * (scaled % this.denominator);
    const up = twice > this.denominator || (twice === this.denominator && floor % 2n === 1n);
    const rounded = up ? floor + 1n : floor;
    const digits = rounded.toString().padStart(places + 1, '0');
    const sign = this.numerator < 0n && rounded !== 0n ? '-' : '';
    const point = digits.length - places;
    return sign + digits.slice(0, point) + (places === 0 ? '' : `.${digits.slice(point)}`);
  }

  /** The exact value: a decimal where it ends, else `numerator/denominator`. */
  toString(): string {
    let rest = this.denominator;
    let places = 0;
    // A factor of ten in the denominator is one place; a two or a five left over is one more each.
    for (const factor of [10n, 5n, 2n]) {
      for (; rest % factor === 0n; rest /= factor) places += 1;
    }
    return rest === 1n ? this.toDecimal(places) : `${this.numerator}/${this.denominator}`;
  }

  /** JSON holds a rational as its exact text. */
  toJSON(): string {
    return this.toString();
  }
}
