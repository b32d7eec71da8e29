import { fromUtf8, toUtf8 } from './bytes.js';
import { canonicalize } from './canonical-json.js';
import { DEFAULT_JSON_LIMITS, numberFault, type JsonLimits, type JsonProblemCode } from './json-limits.js';
import { JsonTextReader } from './json-text-reader.js';
import { MAX_JSON_DEPTH, isJsonObject, type JsonValue } from './json-value.js';
import { failed, parsed, type Parsed } from './problem.js';

/**
 * Reads a JSON text strictly: UTF-8 without byte order mark, no duplicate names, no lone surrogates, no number
 * that a double would change, nothing beyond the limits. Reports every problem with its pointer; a syntax error
 * with line, column and offset.
 */
export function readJson(
  input: Uint8Array | string,
  limits: Partial<JsonLimits> = {},
): Parsed<JsonValue, JsonProblemCode> {
  const all = { ...DEFAULT_JSON_LIMITS, ...limits };
  const text = textOf(input, all);
  return text.ok ? readText(text.value, all) : text;
}

/** As {@link readJson}, and the input must already be the RFC 8785 form of its value (`not-canonical`). */
export function readCanonicalJson(
  input: Uint8Array | string,
  limits: Partial<JsonLimits> = {},
): Parsed<JsonValue, JsonProblemCode> {
  const all = { ...DEFAULT_JSON_LIMITS, ...limits };
  const text = textOf(input, all);
  if (!text.ok) return text;
  const value = readCanonicalText(text.value, all);
  if (value !== undefined) return parsed(value);
  const strict = readText(text.value, all);
  return strict.ok ? notCanonical(text.value, canonicalize(strict.value)) : strict;
}

/** Whether {@link readCanonicalJson} accepts the input; says nothing about why it does not. */
export function isCanonical(input: Uint8Array | string, limits: Partial<JsonLimits> = {}): boolean {
  const all = { ...DEFAULT_JSON_LIMITS, ...limits };
  const text = textOf(input, all);
  return text.ok && readCanonicalText(text.value, all) !== undefined;
}

function textOf(input: Uint8Array | string, limits: JsonLimits): Parsed<string, JsonProblemCode> {
  if (input.length > limits.length) {
    return failed('too-large', `The text is ${input.length} long; at most ${limits.length} may be.`);
  }
  if (typeof input === 'string') return parsed(input);
  const text = fromUtf8(input);
  if (text === undefined) return failed('not-utf8', `Invalid UTF-8 at byte ${invalidByte(input)}.`);
  return parsed(text);
}

function readText(text: string, limits: JsonLimits): Parsed<JsonValue, JsonProblemCode> {
  const reader = new JsonTextReader(text, limits);
  const value = reader.read();
  return reader.problems.length > 0 ? { ok: false, problems: reader.problems } : parsed(value);
}

/**
 * The value, if the text is canonical and within the limits; otherwise undefined, and the reader says why.
 * Signed bytes are canonical, so this is the common case, and native parsing makes it nearly twice as fast. It
 * accepts nothing that the reader refuses: repeated names, -0, overflow, needless escapes and lone surrogates
 * do not survive the comparison, and the rest is looked at one by one.
 */
function readCanonicalText(text: string, limits: JsonLimits): JsonValue | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isWithin(value, limits, Math.min(limits.depth, MAX_JSON_DEPTH))) return undefined;
    return isWrittenSo(value, text) || canonicalize(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether the text is the RFC 8785 form of the value that was parsed from it, by native means; false also when only
 * `canonicalize` can tell: ECMAScript orders names that look like array indexes otherwise, and escapes a lone
 * surrogate instead of refusing it.
 */
function isWrittenSo(value: JsonValue, text: string): boolean {
  return JSON.stringify(value) === text && isInOrder(value) && !text.includes('\\ud');
}

function isInOrder(value: JsonValue): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return (value as readonly JsonValue[]).every(isInOrder);
  let before: string | undefined;
  for (const [name, member] of Object.entries(value)) {
    if (before !== undefined && before >= name) return false;
    before = name;
    if (!isInOrder(member)) return false;
  }
  return true;
}

function isWithin(value: unknown, limits: JsonLimits, depth: number): value is JsonValue {
  if (typeof value === 'number') return numberFault(value, '') === undefined;
  if (Array.isArray(value)) {
    return (
      depth > 0 && value.length <= limits.items && value.every((item) => isWithin(item, limits, depth - 1))
    );
  }
  if (!isJsonObject(value)) return true;
  const names = Object.keys(value);
  if (depth <= 0 || names.length > limits.members) return false;
  return names.every(
    (name) =>
      name.length <= limits.nameLength && name !== '__proto__' && isWithin(value[name], limits, depth - 1),
  );
}

function notCanonical(text: string, canonical: string): Parsed<never, JsonProblemCode> {
  let at = 0;
  while (text[at] === canonical[at]) at++;
  return failed('not-canonical', `Not the canonical form (RFC 8785) from offset ${at} on.`);
}

/** Where decoding leniently and encoding again first gives other bytes. */
function invalidByte(bytes: Uint8Array): number {
  const again = toUtf8(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
  let at = 0;
  while (at < bytes.length && bytes[at] === again[at]) at++;
  return at;
}
