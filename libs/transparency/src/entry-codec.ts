import { fromUtf8 } from './bytes.js';
import { canonicalBytes } from './canonical-json.js';
import { MAX_ENTRY_BYTES } from './entry-bundle.js';
import { facilityLogShapes, lotsShape, rootLogShapes } from './entry-shapes.js';
import { WHOLE_FACILITY, type FacilityLogEntry, type LogEntry, type RootLogEntry } from './entry.js';
import type { JsonProblemCode } from './json-limits.js';
import { isJsonObject } from './json-value.js';
import { isCount } from './merkle.js';
import { failed, parsed, type Parsed, type Problem } from './problem.js';
import { readCanonicalJson } from './read-json.js';
import type { Shape, ShapeProblemCode } from './shape.js';
import { TransparencyError } from './transparency-error.js';
import { usualEntry } from './usual-entry.js';

export type EntryProblemCode =
  JsonProblemCode | ShapeProblemCode | 'unsupported-kind' | 'unsupported-version';

/**
 * The entry, or why it cannot be applied. That is a function of its bytes and of this code's version alone, so
 * every consumer parks the same entries.
 */
export type DecodedEntry<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      /** `unsupported`: a version or kind that a later release may know. `malformed`: no release will. */
      readonly reason: 'malformed' | 'unsupported';
      readonly problems: readonly Problem<EntryProblemCode>[];
      /** The lots that the envelope names; `*` alone if that cannot be read (always so in the root log). */
      readonly lots: readonly string[];
    };

const ENTRY_VERSION = 1;
const ENTRY_LIMITS = { length: MAX_ENTRY_BYTES, depth: 8, nameLength: 256 };

/**
 * The entry's bytes: canonical JSON, the Merkle leaf.
 * @throws TransparencyError `entry-invalid` if it would not decode, `entry-too-large` above 65,535 bytes.
 */
export function encodeEntry(entry: LogEntry): Uint8Array {
  const problems: Problem<ShapeProblemCode>[] = [];
  const shape: Shape<LogEntry> | undefined =
    facilityLogShapes.get(entry.kind) ?? rootLogShapes.get(entry.kind);
  if (shape?.(entry, problems) !== true) {
    const reasons = problems.map(({ pointer, detail }) => `${pointer}: ${detail}`);
    throw new TransparencyError('entry-invalid', reasons.join(' ') || `There is no kind ${entry.kind}.`);
  }
  const bytes = canonicalBytes(entry);
  if (bytes.length <= MAX_ENTRY_BYTES) return bytes;
  throw new TransparencyError(
    'entry-too-large',
    `The entry has ${bytes.length} bytes; ${MAX_ENTRY_BYTES} may be.`,
  );
}

/** Reads the bytes of an entry of a facility log, strictly; never throws. The JWS inside is not looked into. */
export function decodeFacilityLogEntry(bytes: Uint8Array): DecodedEntry<FacilityLogEntry> {
  const text = bytes.length <= MAX_ENTRY_BYTES ? fromUtf8(bytes) : undefined;
  const usual = text === undefined ? undefined : usualEntry(text);
  return usual === undefined ? decode(bytes, facilityLogShapes) : parsed(usual);
}

/** Reads the bytes of an entry of the root log, strictly; never throws. A JWS inside is not looked into. */
export function decodeRootLogEntry(bytes: Uint8Array): DecodedEntry<RootLogEntry> {
  return decode(bytes, rootLogShapes);
}

function decode<T>(bytes: Uint8Array, shapes: ReadonlyMap<string, Shape<T>>): DecodedEntry<T> {
  const json = readCanonicalJson(bytes, ENTRY_LIMITS);
  if (!json.ok) return { ...json, reason: 'malformed', lots: [WHOLE_FACILITY] };
  const shape = shapeOf(json.value, shapes);
  if (!shape.ok) {
    const isUnsupported = shape.problems.some(({ code }) => code.startsWith('unsupported'));
    return { ...shape, reason: isUnsupported ? 'unsupported' : 'malformed', lots: lotsNamed(json.value) };
  }
  const problems: Problem<ShapeProblemCode>[] = [];
  if (shape.value(json.value, problems)) return parsed(json.value);
  return { ok: false, reason: 'malformed', problems, lots: lotsNamed(json.value) };
}

/** The version first: of another version, even the kinds may mean something else. */
function shapeOf<T>(
  value: unknown,
  shapes: ReadonlyMap<string, Shape<T>>,
): Parsed<Shape<T>, EntryProblemCode> {
  if (!isJsonObject(value)) return failed('bad-value', 'An entry is a JSON object.');
  const { v, kind } = value;
  if (!isCount(v)) return failed('bad-value', 'Needed: the version, a whole number.', '/v');
  if (v !== ENTRY_VERSION) return failed('unsupported-version', `Version ${v} is not known here.`, '/v');
  if (typeof kind !== 'string') return failed('bad-value', 'Needed: the kind, a text.', '/kind');
  const shape = shapes.get(kind);
  return shape === undefined
    ? failed('unsupported-kind', 'This kind is not known here.', '/kind')
    : parsed(shape);
}

/** What a consumer has to hold back while the entry is parked; when in doubt, everything. */
function lotsNamed(value: unknown): readonly string[] {
  const lots = isJsonObject(value) ? value['lots'] : undefined;
  return lotsShape(lots, []) ? Object.keys(lots) : [WHOLE_FACILITY];
}
