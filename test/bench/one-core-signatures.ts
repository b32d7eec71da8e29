import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { isAdmissible, type SignatureChecker, type SignatureToCheck } from '@lodemark/transparency';

const keys = new Map<string, KeyObject>();

/** Checks signatures in this thread, one after the other: what bare verification is on one core. */
export const oneCoreSignatures: SignatureChecker = {
  check: (batch) => Promise.resolve(batch.map(holds)),
};

function holds(one: SignatureToCheck): boolean {
  const { alg, publicKey, message, signature } = one;
  if (!isAdmissible(one)) return false;
  const known = keys.get(publicKey.x) ?? createPublicKey({ key: { ...publicKey }, format: 'jwk' });
  keys.set(publicKey.x, known);
  return verify(
    alg === 'EdDSA' ? null : 'sha256',
    message,
    { key: known, dsaEncoding: 'ieee-p1363' },
    signature,
  );
}
