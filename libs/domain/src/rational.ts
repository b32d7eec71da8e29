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

const powers = [1n];

function tenTo(placeCount: number): bigint {
  for (let last = powers.at(-1) ?? 1n; powers.length <= placeCount; powers.push(last)) last *= 10n;
  return powers[placeCount] ?? 1n;
}

/** Beyond these a number is brought to lowest terms: what is computed from it must not grow without end. */
const MOST_PLACES = 400;
const LARGEST_DIVISOR = 1n << 512n;

/** A positive number without its twos and fives: 10^placeCount = denominator / divisor * factor. */
function withoutTens(denominator: bigint): { divisor: bigint; placeCount: number; factor: bigint } {
  let divisor = denominator;
  let twoCount = 0;
  let fiveCount = 0;
  for (; divisor % 2n === 0n; divisor /= 2n) twoCount += 1;
  for (; divisor % 5n === 0n; divisor /= 5n) fiveCount += 1;
  const placeCount = twoCount > fiveCount ? twoCount : fiveCount;
  return { divisor, placeCount, factor: (tenTo(placeCount) * divisor) / denominator };
}

/**
 * An exact, immutable rational number. Every quantity and uncertainty is computed with it, because a verdict must come
 * out the same on every machine. Kept as digits / (divisor * 10^placeCount) and not in lowest terms: records are decimals,
 * and of what is computed from them nearly all divisors are the same, so that no common divisor is looked for until
 * somebody asks for one. Looking for them in each step took half the time of a verdict.
 */
export class Rational {
  static readonly zero = new Rational(0n, 1n, 0);
  static readonly one = new Rational(1n, 1n, 0);

  private constructor(
    private readonly digits: bigint,
    /** Always positive. */
    private readonly divisor: bigint,
    private readonly placeCount: number,
  ) {}

  /** `numerator / denominator`; a zero denominator is a programmer error and throws a RangeError. */
  static of(numerator: bigint, denominator = 1n): Rational {
    if (denominator === 0n) throw new RangeError('a rational has no zero denominator');
    if (denominator === 1n) return new Rational(numerator, 1n, 0);
    const common = greatestCommonDivisor(numerator, magnitude(denominator));
    const sign = denominator < 0n ? -1n : 1n;
    const { divisor, placeCount, factor } = withoutTens((sign * denominator) / common);
    return new Rational(((sign * numerator) / common) * factor, divisor, placeCount);
  }

  /** Reads a decimal string; check foreign text with {@link isDecimal} first, else a SyntaxError is thrown. */
  static parse(text: string): Rational {
    const before = parsed.get(text);
    if (before !== undefined) return before;
    if (!isDecimal(text)) throw new SyntaxError(`not a decimal of at most ${MAX_DECIMAL_DIGITS} digits`);
    const [whole = '', decimals = ''] = text.split('.');
    const value = new Rational(BigInt(whole + decimals), 1n, decimals.length);
    // Because it is shared; what is computed from it is nobody else's, and too many to freeze each.
    Object.freeze(value);
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

  private static within(digits: bigint, divisor: bigint, placeCount: number): Rational {
    if (placeCount <= MOST_PLACES && divisor <= LARGEST_DIVISOR)
      return new Rational(digits, divisor, placeCount);
    return Rational.of(digits, divisor * tenTo(placeCount));
  }

  /** In lowest terms. */
  get numerator(): bigint {
    return this.digits / this.common();
  }

  /** In lowest terms; always positive. */
  get denominator(): bigint {
    return this.wholeDivisor() / this.common();
  }

  private common(): bigint {
    return greatestCommonDivisor(this.digits, this.wholeDivisor());
  }

  private wholeDivisor(): bigint {
    return this.divisor * tenTo(this.placeCount);
  }

  private scaledTo(placeCount: number): bigint {
    return placeCount > this.placeCount ? this.digits * tenTo(placeCount - this.placeCount) : this.digits;
  }

  add(other: Rational): Rational {
    if (other.digits === 0n) return this;
    if (this.digits === 0n) return other;
    const placeCount = this.placeCount > other.placeCount ? this.placeCount : other.placeCount;
    const [left, right] = [this.scaledTo(placeCount), other.scaledTo(placeCount)];
    if (this.divisor === other.divisor) return new Rational(left + right, this.divisor, placeCount);
    // A sum over many assays soon has the divisors of all of them.
    if (this.divisor % other.divisor === 0n)
      return new Rational(left + right * (this.divisor / other.divisor), this.divisor, placeCount);
    const shared = greatestCommonDivisor(this.divisor, other.divisor);
    const [ours, theirs] = [this.divisor / shared, other.divisor / shared];
    return Rational.within(left * theirs + right * ours, ours * other.divisor, placeCount);
  }

  sub(other: Rational): Rational {
    return this.add(other.negate());
  }

  mul(other: Rational): Rational {
    return Rational.within(
      this.digits * other.digits,
      this.divisor * other.divisor,
      this.placeCount + other.placeCount,
    );
  }

  /** Division by zero is a programmer error and throws a RangeError. */
  div(other: Rational): Rational {
    if (other.digits === 0n) throw new RangeError('a rational has no zero denominator');
    const { divisor, placeCount, factor } = withoutTens(magnitude(other.digits));
    const digits = this.digits * factor * other.divisor * tenTo(other.placeCount);
    return Rational.within(
      other.digits < 0n ? -digits : digits,
      this.divisor * divisor,
      this.placeCount + placeCount,
    );
  }

  negate(): Rational {
    return new Rational(-this.digits, this.divisor, this.placeCount);
  }

  abs(): Rational {
    return this.digits < 0n ? this.negate() : this;
  }

  square(): Rational {
    return this.mul(this);
  }

  /** -1, 0 or 1, as this is less than, equal to or greater than `other`. */
  compare(other: Rational): -1 | 0 | 1 {
    let [left, right] = [this.scaledTo(other.placeCount), other.scaledTo(this.placeCount)];
    if (this.divisor !== other.divisor) [left, right] = [left * other.divisor, right * this.divisor];
    if (left === right) return 0;
    return left < right ? -1 : 1;
  }

  equals(other: Rational): boolean {
    return this.compare(other) === 0;
  }

  lessThan(other: Rational): boolean {
    return this.compare(other) < 0;
  }

  greaterThan(other: Rational): boolean {
    return this.compare(other) > 0;
  }

  isZero(): boolean {
    return this.digits === 0n;
  }

  isNegative(): boolean {
    return this.digits < 0n;
  }

  isPositive(): boolean {
    return this.digits > 0n;
  }

  /** True when this > k · √variance, decided on squares so that no root is ever taken; k and variance >= 0. */
  exceeds(k: Rational, variance: Rational): boolean {
    if (k.isNegative() || variance.isNegative()) throw new RangeError('k and a variance are never negative');
    return this.isPositive() && this.square().greaterThan(k.square().mul(variance));
  }

  /** Decimal text with exactly `places` decimals, rounded half-even. Never writes `-0`. */
  toDecimal(places: number): string {
    if (!Number.isInteger(places) || places < 0) throw new RangeError('places is a whole number from 0');
    const scaled = magnitude(this.scaledTo(places));
    const divisor = places < this.placeCount ? this.divisor * tenTo(this.placeCount - places) : this.divisor;
    const floor = scaled / divisor;
    const twice = 2n * (scaled % divisor);
    const up = twice > divisor || (twice === divisor && floor % 2n === 1n);
    const rounded = up ? floor + 1n : floor;
    const digits = rounded.toString().padStart(places + 1, '0');
    const sign = this.digits < 0n && rounded !== 0n ? '-' : '';
    const point = digits.length - places;
    return sign + digits.slice(0, point) + (places === 0 ? '' : `.${digits.slice(point)}`);
  }

  /** The exact value: a decimal where it ends, else `numerator/denominator`. */
  toString(): string {
    const { numerator, denominator } = this;
    const { divisor, placeCount } = withoutTens(denominator);
    return divisor === 1n ? this.toDecimal(placeCount) : `${numerator}/${denominator}`;
  }

  /** JSON holds a rational as its exact text. */
  toJSON(): string {
    return this.toString();
  }
}
