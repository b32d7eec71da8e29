import {
  KeyEncryption,
  readSealed,
  SealingError,
  type BoundTo,
  type KeyEncryptionKeys,
  type Sealed,
} from './key-encryption.js';
import { publicPart, thumbprint, type PrivateJwk, type PublicJwk } from './key.js';
import { NodeSigner } from './node-signer.js';

interface SealedKey extends Sealed {
  readonly v: 1;
  readonly publicKey: PublicJwk;
}

/** Seals private keys at rest, bound to the public key. */
export class KeyVault {
  readonly #encryption: KeyEncryption;

  /** A `RangeError` names a key-encryption key of another length than 32 bytes, or a current one that is missing. */
  constructor(keys: KeyEncryptionKeys) {
    this.#encryption = new KeyEncryption(keys);
  }

  /** JSON text that can be stored; nothing in it is secret but the ciphertext. */
  seal(key: PrivateJwk): string {
    const publicKey = publicPart(key);
    const { kek, ...rest } = this.#encryption.seal(key.d, boundTo(publicKey));
    const sealed: SealedKey = { v: 1, kek, publicKey, ...rest };
    return JSON.stringify(sealed);
  }

  /** The key. @throws SealingError */
  open(text: string): PrivateJwk {
    const { publicKey, ...sealed } = parseSealed(text);
    return { ...publicKey, d: this.#encryption.open(sealed, boundTo(publicKey)) };
  }

  /** A signer over a sealed key. */
  signer(text: string): NodeSigner {
    return NodeSigner.fromJwk(this.open(text));
  }

  /** Whether a key should be sealed anew, because the current key-encryption key has changed since. */
  isOutdated(text: string): boolean {
    return parseSealed(text).kek !== this.#encryption.current;
  }
}

function boundTo(publicKey: PublicJwk): BoundTo {
  return (kek) => ['lodemark-sealed-key', 1, kek, thumbprint(publicKey)];
}

function parseSealed(text: string): SealedKey {
  const sealed = readSealed(text);
  const publicKey = sealed?.['publicKey'];
  if (sealed === undefined || typeof publicKey !== 'object' || publicKey === null) throw notSealed();
  const { kek, nonce, ciphertext, tag } = sealed;
  return { v: 1, kek, nonce, ciphertext, tag, publicKey: parsePublic({ ...publicKey }) };
}

function parsePublic({ kty, crv, x, y }: Readonly<Record<string, unknown>>): PublicJwk {
  if (kty === 'OKP' && crv === 'Ed25519' && typeof x === 'string') return { kty, crv, x };
  if (kty === 'EC' && crv === 'P-256' && typeof x === 'string' && typeof y === 'string')
    return { kty, crv, x, y };
  throw notSealed();
}

function notSealed(): SealingError {
  return new SealingError('not-sealed', 'Not a sealed key of version 1');
}
