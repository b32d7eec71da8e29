import { isLowOrder, isReducedScalar } from './edwards25519.js';
import { algorithmOf, type PublicJwk, type SignatureAlgorithm } from './keys.js';
import { isLowS } from './p256.js';

/** A claim that the holder of a key signed a message. */
export interface SignatureToCheck {
  readonly alg: SignatureAlgorithm;
  /** A key that `parsePublicJwk` accepted. */
  readonly publicKey: PublicJwk;
  readonly message: Uint8Array;
  /** 64 bytes: R || S for EdDSA (RFC 8032), r || s for ES256 (RFC 7518 section 3.4). */
  readonly signature: Uint8Array;
}

/**
 * The port through which signatures are checked: node:crypto in services, WebCrypto in a browser.
 * An implementation answers false for everything that `isAdmissible` refuses.
 */
export interface SignatureChecker {
  /** One answer per element, in order. A bad signature or key is a `false`, never a rejection. */
  check(batch: readonly SignatureToCheck[]): Promise<readonly boolean[]>;
}

/** The port through which a private key signs; where the key is kept is the implementation's affair. */
export interface Signer {
  /** RFC 7638 thumbprint of the public key, base64url. */
  readonly kid: string;
  readonly alg: SignatureAlgorithm;
  readonly publicKey: PublicJwk;
  /** 64 bytes as in {@link SignatureToCheck}; an ES256 signature has the low s. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** Length of an Ed25519 and of an ES256 signature in bytes. */
export const SIGNATURE_BYTES = 64;

/**
 * What must hold before the curve arithmetic is asked: algorithm of the key, length, S < L and an R that is
 * not of low order, low s. Cryptographic libraries differ on exactly these, and a verdict must not depend on
 * which one computed it.
 */
export function isAdmissible({ alg, publicKey, signature }: SignatureToCheck): boolean {
  if (alg !== algorithmOf(publicKey) || signature.length !== SIGNATURE_BYTES) return false;
  if (alg === 'ES256') return isLowS(signature);
  return isReducedScalar(signature.subarray(32)) && !isLowOrder(signature.subarray(0, 32));
}
