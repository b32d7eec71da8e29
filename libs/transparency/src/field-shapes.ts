import { MAX_JWS_LENGTH } from './jws.js';
import { parsePublicJwk, type PublicJwk } from './keys.js';
import { isCount } from './merkle.js';
import { toPointer } from './problem.js';
import { isHashHex } from './sha256.js';
import { valueThat, type Shape } from './shape.js';
import { parseNote } from './signed-note.js';
import { isKeyName } from './vkey-text.js';

const COMPACT_JWS = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
const INSTANT = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$/;
const LOT_OR_STAR = /^(?:\*|[a-z0-9-]{1,63}\/[A-Za-z0-9._-]{1,64})$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export const count = valueThat(isCount, 'a whole number from 0 to 2^53 - 1');
export const hash = valueThat(isHashHex, 'a SHA-256 hash as 64 lowercase hex digits');
export const text = textThat((value) => value !== '', 'a text that is not empty');
export const keyName = textThat(isKeyName, 'a name without white space and plus');
export const lotName = textThat((value) => LOT_OR_STAR.test(value), 'a lot id (facility/number) or "*"');
export const uuid = textThat((value) => UUID.test(value), 'a UUID in lowercase');
export const instant = textThat(isInstant, 'a time in RFC 3339, in UTC, with milliseconds and Z');
export const signedNote = textThat((value) => parseNote(value).ok, 'a signed note');
export const compactJws = textThat(
  (value) => value.length <= MAX_JWS_LENGTH && COMPACT_JWS.test(value),
  'a compact JWS',
);

/** A public key that `parsePublicJwk` accepts. */
export const publicJwk: Shape<PublicJwk> = (value, problems, path = []): value is PublicJwk => {
  const key = parsePublicJwk(value);
  if (key.ok) return true;
  for (const { pointer, detail } of key.problems) {
    problems.push({ code: 'bad-value', pointer: toPointer(path) + pointer, detail });
  }
  return false;
};

function textThat(holds: (value: string) => boolean, needed: string): Shape<string> {
  return valueThat((value): value is string => typeof value === 'string' && holds(value), needed);
}

/** The one spelling of an existing instant: what ECMAScript itself writes, so no 30 February and no second 60. */
function isInstant(value: string): boolean {
  if (!INSTANT.test(value)) return false;
  const time = Date.parse(value);
  return !Number.isNaN(time) && new Date(time).toISOString() === value;
}
