import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { algorithmOf, type Algorithm, type PublicJwk } from './key.js';

/** A claim that the holder of a key signed a message. */
export interface SignatureToCheck {
  readonly alg: Algorithm;
  readonly publicKey: PublicJwk;
  readonly message: Uint8Array;
  /** 64 bytes: R || S for EdDSA (RFC 8032), r || s for ES256 (RFC 7518 section 3.4). */
  readonly signature: Uint8Array;
}

const KEYS_KEPT = 4096;

/**
 * Checks signatures with node:crypto in libuv's thread pool, a batch at once; bad keys and signatures are `false`.
 * `isAdmissible` is the caller's rule for what is refused before any arithmetic, where cryptographic libraries
 * differ (S < L, low-order points, low s): without it a verdict could depend on the machine.
 */
export function nodeSignatures(isAdmissible: (one: SignatureToCheck) => boolean) {
  const keys = new Map<string, KeyObject | undefined>();
  return {
    check: (batch: readonly SignatureToCheck[]): Promise<readonly boolean[]> =>
      Promise.all(
        batch.map(async (one) => isAdmissible(one) && checkOne(one, keyObject(one.publicKey, keys))),
      ),
  };
}

async function checkOne(one: SignatureToCheck, key: KeyObject | undefined): Promise<boolean> {
  if (key === undefined || one.alg !== algorithmOf(one.publicKey)) return false;
  const digest = one.alg === 'EdDSA' ? null : 'sha256';
  return new Promise((resolve) => {
    verify(digest, one.message, { key, dsaEncoding: 'ieee-p1363' }, one.signature, (error, valid) => {
      resolve(error === null && valid);
    });
  });
}

// Importing a key costs as much as checking a signature, and a facility signs everything with the same one.
function keyObject(jwk: PublicJwk, keys: Map<string, KeyObject | undefined>): KeyObject | undefined {
  const id = jwk.kty === 'OKP' ? jwk.x : `${jwk.x}.${jwk.y}`;
  if (keys.has(id)) return keys.get(id);
  const key = importKey(jwk);
  const [oldest] = keys.keys();
  if (keys.size >= KEYS_KEPT && oldest !== undefined) keys.delete(oldest);
  keys.set(id, key);
  return key;
}

function importKey(jwk: PublicJwk): KeyObject | undefined {
  try {
    return createPublicKey({ key: { ...jwk }, format: 'jwk' });
  } catch {
    return undefined;
  }
}
