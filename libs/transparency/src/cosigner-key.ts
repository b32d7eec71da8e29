import { toHex } from './bytes.js';
import type { Ed25519PublicJwk } from './keys.js';
import { failed, parsed, type Parsed } from './problem.js';
import { TransparencyError } from './transparency-error.js';
import {
  ed25519Bytes,
  keyIdMismatch,
  notAVkey,
  parseEd25519Bytes,
  requireKeyName,
  type VerifierKeyProblemCode,
} from './verifier-key.js';
import { SIGNATURE_TYPE, formatVkey, keyIdOf, readVkey } from './vkey-text.js';

/** A key that a witness cosigns with (C2SP tlog-cosignature): type 0x04, or 0x06 for ML-DSA-44. */
export type CosignerKey = Ed25519CosignerKey | MlDsa44CosignerKey;

export interface Ed25519CosignerKey {
  readonly alg: 'Ed25519';
  readonly name: string;
  /** 8 lowercase hex digits. */
  readonly keyId: string;
  readonly publicKey: Ed25519PublicJwk;
}

export interface MlDsa44CosignerKey {
  readonly alg: 'ML-DSA-44';
  readonly name: string;
  readonly keyId: string;
  /** 1,312 bytes (FIPS 204). */
  readonly publicKey: Uint8Array;
}

export const ML_DSA_44_KEY_BYTES = 1312;

/** The cosigner key of this name. @throws TransparencyError `bad-name`, or `bad-key` for an unchecked key. */
export function cosignerKey(name: string, publicKey: Ed25519PublicJwk): Ed25519CosignerKey;
export function cosignerKey(name: string, publicKey: Uint8Array): MlDsa44CosignerKey;
export function cosignerKey(name: string, publicKey: Ed25519PublicJwk | Uint8Array): CosignerKey {
  requireKeyName(name);
  if (publicKey instanceof Uint8Array) {
    if (publicKey.length !== ML_DSA_44_KEY_BYTES)
      throw new TransparencyError('bad-key', 'Not an ML-DSA-44 key.');
    const keyId = keyIdOf({ name, type: SIGNATURE_TYPE.mlDsa44Cosignature, key: publicKey });
    return { alg: 'ML-DSA-44', name, keyId, publicKey };
  }
  const key = ed25519Bytes(publicKey);
  const keyId = keyIdOf({ name, type: SIGNATURE_TYPE.ed25519Cosignature, key });
  return { alg: 'Ed25519', name, keyId, publicKey };
}

/** `name+keyId+base64(type || key)`. */
export function formatCosignerKey(key: CosignerKey): string {
  return key.alg === 'Ed25519'
    ? formatVkey({ ...key, type: SIGNATURE_TYPE.ed25519Cosignature, key: ed25519Bytes(key.publicKey) })
    : formatVkey({ ...key, type: SIGNATURE_TYPE.mlDsa44Cosignature, key: key.publicKey });
}

/** Reads the verifier key of a witness and checks its id and, of Ed25519, its point. */
export function parseCosignerKey(vkey: string): Parsed<CosignerKey, VerifierKeyProblemCode> {
  const parts = readVkey(vkey);
  if (parts === undefined) return notAVkey();
  const made = keyOfType(parts.name, parts.type, parts.key);
  if (!made.ok || made.value.keyId === parts.keyId) return made;
  return keyIdMismatch(made.value.keyId, parts.keyId);
}

/** What makes two keys the same key, under whatever name they go. */
export function keyMaterial(key: CosignerKey): string {
  return `${key.alg}:${key.alg === 'Ed25519' ? key.publicKey.x : toHex(key.publicKey)}`;
}

function keyOfType(
  name: string,
  type: number,
  bytes: Uint8Array,
): Parsed<CosignerKey, VerifierKeyProblemCode> {
  if (type === SIGNATURE_TYPE.ed25519Cosignature) {
    const key = parseEd25519Bytes(bytes);
    return key.ok ? parsed(cosignerKey(name, key.value)) : key;
  }
  if (type === SIGNATURE_TYPE.mlDsa44Cosignature) {
    return bytes.length === ML_DSA_44_KEY_BYTES
      ? parsed(cosignerKey(name, bytes))
      : failed('bad-coordinate', `An ML-DSA-44 key has ${ML_DSA_44_KEY_BYTES} bytes, not ${bytes.length}.`);
  }
  return failed(
    'unsupported-key-type',
    `Key type ${type}; of a witness 4 (Ed25519 cosignature) and 6 (ML-DSA-44 cosignature) are taken.`,
  );
}
