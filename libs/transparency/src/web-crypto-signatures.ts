import { algorithmOf, thumbprint, type PublicJwk, type SignatureAlgorithm } from './keys.js';
import { toLowS } from './p256.js';
import { isAdmissible, type SignatureChecker, type Signer, type SignatureToCheck } from './signature.js';

const IMPORT = {
  EdDSA: { name: 'Ed25519' },
  ES256: { name: 'ECDSA', namedCurve: 'P-256' },
} as const satisfies Record<SignatureAlgorithm, unknown>;
const USE = {
  EdDSA: { name: 'Ed25519' },
  ES256: { name: 'ECDSA', hash: 'SHA-256' },
} as const satisfies Record<SignatureAlgorithm, unknown>;

/** Checks signatures with the platform's WebCrypto; for browsers, and for Node where node:crypto is not at hand. */
export const webCryptoSignatures: SignatureChecker = {
  async check(batch) {
    const keys = new Map<string, Promise<CryptoKey>>();
    return Promise.all(batch.map((one) => checkOne(one, keys)));
  },
};

/** A signer over a WebCrypto key pair; the private key may be non-extractable. */
export function webCryptoSigner(privateKey: CryptoKey, publicKey: PublicJwk): Signer {
  const alg = algorithmOf(publicKey);
  return {
    kid: thumbprint(publicKey),
    alg,
    publicKey,
    async sign(message) {
      const signature = await crypto.subtle.sign(USE[alg], privateKey, new Uint8Array(message));
      const bytes = new Uint8Array(signature);
      return alg === 'ES256' ? toLowS(bytes) : bytes;
    },
  };
}

async function checkOne(one: SignatureToCheck, keys: Map<string, Promise<CryptoKey>>): Promise<boolean> {
  if (!isAdmissible(one)) return false;
  try {
    const key = await importOnce(one.publicKey, keys);
    // WebCrypto wants memory that is not shared with other threads, hence the copies.
    return await crypto.subtle.verify(
      USE[one.alg],
      key,
      new Uint8Array(one.signature),
      new Uint8Array(one.message),
    );
  } catch (error) {
    // A key that the platform cannot import is a key under which nothing verifies.
    if (error instanceof DOMException && error.name === 'DataError') return false;
    throw error;
  }
}

function importOnce(key: PublicJwk, keys: Map<string, Promise<CryptoKey>>): Promise<CryptoKey> {
  const id = thumbprint(key);
  const known = keys.get(id);
  if (known !== undefined) return known;
  const imported = crypto.subtle.importKey('jwk', { ...key }, IMPORT[algorithmOf(key)], false, ['verify']);
  keys.set(id, imported);
  return imported;
}
