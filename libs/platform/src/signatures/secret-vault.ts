import {
  KeyEncryption,
  readSealed,
  SealingError,
  type KeyEncryptionKeys,
  type Sealed,
} from './key-encryption.js';

/**
 * Seals secrets at rest that are needed in the clear again, such as those shared with a receiver of messages. Each is
 * bound to what it is of (`webhook 7d4c…`), so that nobody who writes to the database puts one in another's place.
 */
export class SecretVault {
  readonly #encryption: KeyEncryption;

  /** A `RangeError` names a key-encryption key of another length than 32 bytes, or a current one that is missing. */
  constructor(keys: KeyEncryptionKeys) {
    this.#encryption = new KeyEncryption(keys);
  }

  /** JSON text that can be stored; nothing in it is secret but the ciphertext. */
  seal(secret: string, of: string): string {
    return JSON.stringify({ v: 1, ...this.#encryption.seal(secret, boundTo(of)) });
  }

  /** @throws SealingError */
  open(text: string, of: string): string {
    return this.#encryption.open(parseSealed(text), boundTo(of));
  }

  /** Whether it should be sealed anew, because the current key-encryption key has changed since. */
  isOutdated(text: string): boolean {
    return parseSealed(text).kek !== this.#encryption.current;
  }
}

function boundTo(of: string) {
  return (kek: string) => ['lodemark-sealed-secret', 1, kek, of];
}

function parseSealed(text: string): Sealed {
  const sealed = readSealed(text);
  if (sealed === undefined) throw new SealingError('not-sealed', 'Not a sealed secret of version 1');
  return sealed;
}
