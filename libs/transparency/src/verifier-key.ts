import { fromBase64, fromBase64Url, toBase64, toBase64Url } from './base64.js';
import { concatBytes, isWellFormed, toHex, toUtf8 } from './bytes.js';
import { parsePublicJwk, type Ed25519PublicJwk, type KeyProblemCode } from './keys.js';
import { failed, parsed, type Parsed } from './problem.js';
import { sha256 } from './sha256.js';
import { TransparencyError } from './transparency-error.js';

/** A key that notes are verified with (C2SP signed-note, type 0x01). */
export interface VerifierKey {
  readonly name: string;
  /** SHA-256(name, newline, type, key)[0:4] as 8 lowercase hex digits. */
  readonly keyId: string;
  readonly publicKey: Ed25519PublicJwk;
}

export type VerifierKeyProblemCode = KeyProblemCode | 'bad-vkey' | 'key-id-mismatch' | 'unsupported-key-type';

/** The signature type byte of Ed25519. */
const ED25519_TYPE = 0x01;
const NEWLINE = 0x0a;

/** Whether a text can be a key name: not empty, no Unicode white space, no control character, no plus. */
export function isKeyName(name: string): boolean {
  // The property, not \s: \s lacks U+0085 and has U+FEFF.
  // eslint-disable-next-line no-control-regex -- a name stands in a note, which has no control characters
  return name !== '' && isWellFormed(name) && !/[\p{White_Space}+\u0000-\u001f]/u.test(name);
}

/** The verifier key of this name. @throws TransparencyError `bad-name`, or `bad-key` for an unchecked key. */
export function verifierKey(name: string, publicKey: Ed25519PublicJwk): VerifierKey {
  if (!isKeyName(name)) throw new TransparencyError('bad-name', `Not a key name: ${JSON.stringify(name)}.`);
  const keyId = toHex(
    sha256(concatBytes(toUtf8(name), Uint8Array.of(NEWLINE), encode(publicKey))).subarray(0, 4),
  );
  return { name, keyId, publicKey };
}

/** `name+keyId+base64(type || key)`. */
export function formatVerifierKey({ name, keyId, publicKey }: VerifierKey): string {
  return `${name}+${keyId}+${toBase64(encode(publicKey))}`;
}

/** Reads a verifier key and checks its id and its point. */
export function parseVerifierKey(vkey: string): Parsed<VerifierKey, VerifierKeyProblemCode> {
  const [, name = '', keyId = '', base64 = ''] =
    /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(vkey) ?? [];
  const encoded = fromBase64(base64);
  const type = encoded?.[0];
  if (!isKeyName(name) || encoded === undefined || type === undefined) {
    return failed('bad-vkey', 'A verifier key is name+id+base64: 8 lowercase hex digits, canonical base64.');
  }
  if (type !== ED25519_TYPE)
    return failed('unsupported-key-type', `Key type ${type}; only 1 (Ed25519) is taken.`);
  const key = parsePublicJwk({ kty: 'OKP', crv: 'Ed25519', x: toBase64Url(encoded.subarray(1)) });
  if (!key.ok) return { ok: false, problems: key.problems.map((one) => ({ ...one, pointer: '' })) };
  if (key.value.kty !== 'OKP') return failed('unsupported-key-type', 'Only Ed25519 is taken.');
  const made = verifierKey(name, key.value);
  if (made.keyId !== keyId) return failed('key-id-mismatch', `The key id is ${made.keyId}, not ${keyId}.`);
  return parsed(made);
}

function encode(publicKey: Ed25519PublicJwk): Uint8Array {
  const point = fromBase64Url(publicKey.x);
  if (point?.length !== 32) throw new TransparencyError('bad-key', 'Not a checked Ed25519 key.');
  return concatBytes(Uint8Array.of(ED25519_TYPE), point);
}
