import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { publicPart, thumbprint, type PrivateJwk, type PublicJwk } from './key.js';
import { NodeSigner } from './node-signer.js';

/** Key-encryption keys of 32 bytes by id. */
export interface KeyVaultOptions {
  /** The id of the one that new keys are sealed with. */
  readonly current: string;
  /** All that may still be needed for opening. */
  readonly keys: Readonly<Record<string, Uint8Array>>;
}

/** Why a sealed key was not opened; says nothing of its content. */
export type KeyVaultErrorCode = 'not-sealed-key' | 'unknown-key-encryption-key' | 'not-authentic';

export class KeyVaultError extends Error {
  constructor(
    readonly code: KeyVaultErrorCode,
    detail: string,
  ) {
    super(detail);
    this.name = 'KeyVaultError';
  }
}

interface SealedKey {
  readonly v: 1;
  /** The id of the key-encryption key. */
  readonly kek: string;
  readonly publicKey: PublicJwk;
  readonly nonce: string;
  readonly ciphertext: string;
  readonly tag: string;
}

/** Seals private keys at rest with AES-256-GCM, bound to the public key and to the key-encryption key's id. */
export class KeyVault {
  readonly #keys: ReadonlyMap<string, Uint8Array>;
  readonly #current: string;

  /** A `RangeError` names a key-encryption key of another length than 32 bytes, or a current one that is missing. */
  constructor({ current, keys }: KeyVaultOptions) {
    this.#keys = new Map(Object.entries(keys));
    this.#current = current;
    for (const [id, key] of this.#keys) {
      if (key.length !== 32)
        throw new RangeError(`Key-encryption key "${id}" is ${key.length} bytes long, not 32`);
    }
    if (!this.#keys.has(current)) throw new RangeError(`There is no key-encryption key "${current}"`);
  }

  /** JSON text that can be stored; nothing in it is secret but the ciphertext. */
  seal(key: PrivateJwk): string {
    const publicKey = publicPart(key);
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.keyEncryptionKey(this.#current), nonce);
    cipher.setAAD(boundTo(this.#current, publicKey));
    const ciphertext = Buffer.concat([cipher.update(key.d, 'utf8'), cipher.final()]);
    const sealed: SealedKey = {
      v: 1,
      kek: this.#current,
      publicKey,
      nonce: nonce.toString('base64url'),
      ciphertext: ciphertext.toString('base64url'),
      tag: cipher.getAuthTag().toString('base64url'),
    };
    return JSON.stringify(sealed);
  }

  /** The key, or a `KeyVaultError`. */
  open(text: string): PrivateJwk {
    const { kek, publicKey, ...sealed } = parseSealed(text);
    const nonce = Buffer.from(sealed.nonce, 'base64url');
    const tag = Buffer.from(sealed.tag, 'base64url');
    if (nonce.length !== 12 || tag.length !== 16) throw notSealed();
    const decipher = createDecipheriv('aes-256-gcm', this.keyEncryptionKey(kek), nonce, {
      authTagLength: 16,
    });
    decipher.setAAD(boundTo(kek, publicKey));
    decipher.setAuthTag(tag);
    try {
      const d = decipher.update(sealed.ciphertext, 'base64url', 'utf8') + decipher.final('utf8');
      return { ...publicKey, d };
    } catch {
      throw new KeyVaultError(
        'not-authentic',
        'The sealed key was altered, or sealed with another key-encryption key',
      );
    }
  }

  /** A signer over a sealed key. */
  signer(text: string): NodeSigner {
    return NodeSigner.fromJwk(this.open(text));
  }

  /** Whether a key should be sealed anew, because the current key-encryption key has changed since. */
  isOutdated(text: string): boolean {
    return parseSealed(text).kek !== this.#current;
  }

  private keyEncryptionKey(id: string): Uint8Array {
    const key = this.#keys.get(id);
    if (key === undefined) {
      throw new KeyVaultError('unknown-key-encryption-key', `There is no key-encryption key "${id}"`);
    }
    return key;
  }
}

function boundTo(kek: string, publicKey: PublicJwk): Uint8Array {
  return Buffer.from(JSON.stringify(['lodemark-sealed-key', 1, kek, thumbprint(publicKey)]));
}

function parseSealed(text: string): SealedKey {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw notSealed();
  }
  if (!isRecord(value) || value['v'] !== 1 || !isRecord(value['publicKey'])) throw notSealed();
  const { kek, nonce, ciphertext, tag } = value;
  if (![kek, nonce, ciphertext, tag].every((member) => typeof member === 'string')) throw notSealed();
  return {
    v: 1,
    kek: String(kek),
    publicKey: parsePublic(value['publicKey']),
    nonce: String(nonce),
    ciphertext: String(ciphertext),
    tag: String(tag),
  };
}

function parsePublic({ kty, crv, x, y }: Record<string, unknown>): PublicJwk {
  if (kty === 'OKP' && crv === 'Ed25519' && typeof x === 'string') return { kty, crv, x };
  if (kty === 'EC' && crv === 'P-256' && typeof x === 'string' && typeof y === 'string')
    return { kty, crv, x, y };
  throw notSealed();
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function notSealed(): KeyVaultError {
  return new KeyVaultError('not-sealed-key', 'Not a sealed key of version 1');
}
