import { fromBase64Url, toBase64Url } from './base64.js';
import { parsePublicJwk, type Ed25519PublicJwk, type KeyProblemCode } from './keys.js';
import { failed, parsed, type Parsed } from './problem.js';
import { TransparencyError } from './transparency-error.js';
import { SIGNATURE_TYPE, formatVkey, isKeyName, keyIdOf, readVkey } from './vkey-text.js';

/** A key that notes are verified with (C2SP signed-note, type 0x01): a log's, never a witness's. */
export interface VerifierKey {
  readonly name: string;
  /** SHA-256(name, newline, type, key)[0:4] as 8 lowercase hex digits. */
  readonly keyId: string;
  readonly publicKey: Ed25519PublicJwk;
}

export type VerifierKeyProblemCode = KeyProblemCode | 'bad-vkey' | 'key-id-mismatch' | 'unsupported-key-type';

/** The verifier key of this name. @throws TransparencyError `bad-name`, or `bad-key` for an unchecked key. */
export function verifierKey(name: string, publicKey: Ed25519PublicJwk): VerifierKey {
  requireKeyName(name);
  const keyId = keyIdOf({ name, type: SIGNATURE_TYPE.ed25519, key: ed25519Bytes(publicKey) });
  return { name, keyId, publicKey };
}

/** `name+keyId+base64(type || key)`. */
export function formatVerifierKey({ name, keyId, publicKey }: VerifierKey): string {
  return formatVkey({ name, keyId, type: SIGNATURE_TYPE.ed25519, key: ed25519Bytes(publicKey) });
}

/** Reads a verifier key and checks its id and its point. */
export function parseVerifierKey(vkey: string): Parsed<VerifierKey, VerifierKeyProblemCode> {
  const parts = readVkey(vkey);
  if (parts === undefined) return notAVkey();
  if (parts.type !== SIGNATURE_TYPE.ed25519) {
    return failed('unsupported-key-type', `Key type ${parts.type}; of a log only 1 (Ed25519) is taken.`);
  }
  const key = parseEd25519Bytes(parts.key);
  if (!key.ok) return key;
  const made = verifierKey(parts.name, key.value);
  return made.keyId === parts.keyId ? parsed(made) : keyIdMismatch(made.keyId, parts.keyId);
}

/** @throws TransparencyError `bad-name`. */
export function requireKeyName(name: string): void {
  if (!isKeyName(name)) throw new TransparencyError('bad-name', `Not a key name: ${JSON.stringify(name)}.`);
}

/** The 32 bytes of a checked key. @throws TransparencyError `bad-key`. */
export function ed25519Bytes(publicKey: Ed25519PublicJwk): Uint8Array {
  const point = fromBase64Url(publicKey.x);
  if (point?.length !== 32) throw new TransparencyError('bad-key', 'Not a checked Ed25519 key.');
  return point;
}

/** Reads 32 bytes as a key and checks its point; the pointer of a problem is the whole. */
export function parseEd25519Bytes(bytes: Uint8Array): Parsed<Ed25519PublicJwk, VerifierKeyProblemCode> {
  const key = parsePublicJwk({ kty: 'OKP', crv: 'Ed25519', x: toBase64Url(bytes) });
  if (!key.ok) return { ok: false, problems: key.problems.map((one) => ({ ...one, pointer: '' })) };
  if (key.value.kty !== 'OKP') return failed('unsupported-key-type', 'Only Ed25519 is taken.');
  return parsed(key.value);
}

export function notAVkey(): Parsed<never, 'bad-vkey'> {
  return failed('bad-vkey', 'A verifier key is name+id+base64: 8 lowercase hex digits, canonical base64.');
}

export function keyIdMismatch(right: string, given: string): Parsed<never, 'key-id-mismatch'> {
  return failed('key-id-mismatch', `The key id is ${right}, not ${given}.`);
}
