import { ml_dsa44 } from '@noble/post-quantum/ml-dsa.js';
import { ML_DSA_44_KEY_BYTES } from './cosigner-key.js';

const ML_DSA_44_SIGNATURE_BYTES = 2420;

/**
 * Whether an ML-DSA-44 signature (FIPS 204, pure, empty context) holds. No port as for the other algorithms: of the
 * runtimes that we run on only the newest can do it, a witness's signature is one per checkpoint, and a verdict must
 * not depend on where it is computed.
 */
export function isMlDsa44Signature(claim: {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}): boolean {
  const { publicKey, message, signature } = claim;
  if (publicKey.length !== ML_DSA_44_KEY_BYTES || signature.length !== ML_DSA_44_SIGNATURE_BYTES)
    return false;
  return ml_dsa44.verify(signature, message, publicKey);
}
