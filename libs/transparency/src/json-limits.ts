/** What a JSON text may not exceed. */
export interface JsonLimits {
  /** Length of the input: bytes, or UTF-16 code units when text is given. */
  readonly length: number;
  /** Objects and arrays inside one another; the outermost counts as 1. Never above 500. */
  readonly depth: number;
  /** Members of one object. */
  readonly members: number;
  /** Items of one array. */
  readonly items: number;
  /** UTF-16 code units of one member name. */
  readonly nameLength: number;
  /** Reading stops after this many problems. */
  readonly problems: number;
}

/** Room for any custody event and any batch of them; callers with a tighter bound pass it. */
export const DEFAULT_JSON_LIMITS: JsonLimits = {
  length: 16 * 1024 * 1024,
  depth: 32,
  members: 10_000,
  items: 100_000,
  nameLength: 1024,
  problems: 100,
};

/** Everything that can be wrong with a JSON text. */
export type JsonProblemCode =
  | 'byte-order-mark'
  | 'duplicate-name'
  | 'forbidden-name'
  | 'lone-surrogate'
  | 'name-too-long'
  | 'not-canonical'
  | 'not-utf8'
  | 'syntax'
  | 'too-deep'
  | 'too-large'
  | 'too-many-items'
  | 'too-many-members'
  | 'too-many-problems'
  | 'unsafe-number';

/**
 * Why a number cannot be taken as it stands, or undefined if it can. Fractions are allowed here (rules that
 * forbid them stand with the fields); what is refused is a literal that a double silently turns into another.
 */
export function numberFault(value: number, literal: string): string | undefined {
  if (!Number.isFinite(value)) return 'overflows';
  if (Object.is(value, -0)) return 'is a negative zero';
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return 'is beyond 2^53 - 1';
  if (value === 0 && /^-?[0.]*[1-9]/.test(literal)) return 'underflows to zero';
  return undefined;
}
