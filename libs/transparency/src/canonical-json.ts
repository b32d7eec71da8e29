import { isWellFormed, toUtf8 } from './bytes.js';
import { MAX_JSON_DEPTH } from './json-value.js';
import { TransparencyError } from './transparency-error.js';

/** Characters that RFC 8785 section 3.2.2.2 escapes, and surrogates, which need a closer look. */
// eslint-disable-next-line no-control-regex -- the control characters are the point
const NEEDS_CARE = /["\\\u0000-\u001f\ud800-\udfff]/;

/**
 * The RFC 8785 form of a plain JSON value.
 * @throws TransparencyError `not-json` for what JSON cannot hold: undefined, functions, symbols, bigints,
 *   NaN and infinities, lone surrogates, class instances, holes in arrays, cycles.
 */
export function canonicalize(value: unknown): string {
  return write(value, 0);
}

/** UTF-8 of {@link canonicalize}: the bytes that are signed and hashed. */
export function canonicalBytes(value: unknown): Uint8Array {
  return toUtf8(canonicalize(value));
}

function write(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'number':
      if (!Number.isFinite(value)) throw notJson(String(value));
      // RFC 8785 section 3.2.2.3 is ECMAScript's own Number::toString; it writes -0 as 0.
      return String(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      if (depth >= MAX_JSON_DEPTH) throw notJson(`nesting deeper than ${MAX_JSON_DEPTH}, or a cycle`);
      if (Array.isArray(value)) return writeArray(value, depth + 1);
      if (isPlainObject(value)) return writeObject(value, depth + 1);
      throw notJson('an instance of a class');
    default:
      throw notJson(typeof value);
  }
}

function writeArray(items: readonly unknown[], depth: number): string {
  let text = '';
  // By index, so that a hole is met as undefined and refused.
  for (let i = 0; i < items.length; i++) {
    if (i > 0) text += ',';
    text += write(items[i], depth);
  }
  return '[' + text + ']';
}

function writeObject(object: Readonly<Record<string, unknown>>, depth: number): string {
  let text = '';
  // The default order compares UTF-16 code units, as RFC 8785 section 3.2.3 demands.
  for (const key of Object.keys(object).sort()) {
    if (text !== '') text += ',';
    text += quote(key) + ':' + write(object[key], depth);
  }
  return '{' + text + '}';
}

function isPlainObject(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function quote(text: string): string {
  if (!NEEDS_CARE.test(text)) return '"' + text + '"';
  // JSON.stringify would write a lone surrogate as an escape; RFC 8785 section 3.2.2.2 wants an error.
  if (!isWellFormed(text)) throw notJson('a string with a lone surrogate');
  return JSON.stringify(text);
}

function notJson(what: string): TransparencyError {
  return new TransparencyError('not-json', `RFC 8785 cannot represent ${what}.`);
}
