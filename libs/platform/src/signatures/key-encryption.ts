import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Key-encryption keys of 32 bytes by id. */
export interface KeyEncryptionKeys {
  /** The id of the one that is sealed with from now on. */
  readonly current: string;
  /** All that may still be needed for opening. */
  readonly keys: Readonly<Record<string, Uint8Array>>;
}

/** Why something sealed was not opened; says nothing of its content. */
export type SealingErrorCode = 'not-sealed' | 'unknown-key-encryption-key' | 'not-authentic';

export class SealingError extends Error {
  constructor(
    readonly code: SealingErrorCode,
    detail: string,
  ) {
    super(detail);
    this.name = 'SealingError';
  }
}

/** Nothing in it is secret but the ciphertext; binary members in base64url. */
export interface Sealed {
  /** The id of the key-encryption key. */
  readonly kek: string;
  readonly nonce: string;
  readonly ciphertext: string;
  readonly tag: string;
}

/** What a sealed text is of, given the id of the key-encryption key: in another place it does not open. */
export type BoundTo = (kek: string) => readonly unknown[];

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals texts at rest with AES-256-GCM, each bound to what it is of and to the key-encryption key's id. */
export class KeyEncryption {
  readonly #keys: ReadonlyMap<string, Uint8Array>;
  readonly current: string;

  /** A `RangeError` names a key-encryption key of another length than 32 bytes, or a current one that is missing. */
  constructor({ current, keys }: KeyEncryptionKeys) {
    this.#keys = new Map(Object.entries(keys));
    this.current = current;
    for (const [id, key] of this.#keys) {
      if (key.length !== 32)
        throw new RangeError(`Key-encryption key "${id}" is ${key.length} bytes long, not 32`);
    }
    if (!this.#keys.has(current)) throw new RangeError(`There is no key-encryption key "${current}"`);
  }

  seal(text: string, boundTo: BoundTo): Sealed {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key(this.current), nonce);
    cipher.setAAD(additional(boundTo(this.current)));
    const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return {
      kek: this.current,
      nonce: nonce.toString('base64url'),
      ciphertext: ciphertext.toString('base64url'),
      tag: cipher.getAuthTag().toString('base64url'),
    };
  }

  /** @throws SealingError */
  open({ kek, ...sealed }: Sealed, boundTo: BoundTo): string {
    const nonce = Buffer.from(sealed.nonce, 'base64url');
    const tag = Buffer.from(sealed.tag, 'base64url');
    if (nonce.length !== NONCE_BYTES || tag.length !== TAG_BYTES)
      throw new SealingError('not-sealed', 'Not a sealed key or secret: nonce or tag is of another length');
    const decipher = createDecipheriv('aes-256-gcm', this.key(kek), nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(additional(boundTo(kek)));
    decipher.setAuthTag(tag);
    try {
      return decipher.update(sealed.ciphertext, 'base64url', 'utf8') + decipher.final('utf8');
    } catch {
      throw new SealingError(
        'not-authentic',
        'What was sealed was altered, or sealed with another key-encryption key',
      );
    }
  }

  private key(id: string): Uint8Array {
    const key = this.#keys.get(id);
    if (key !== undefined) return key;
    throw new SealingError('unknown-key-encryption-key', `There is no key-encryption key "${id}"`);
  }
}

/** The members of a stored text of version 1, or undefined. */
export function readSealed(text: string): (Sealed & Readonly<Record<string, unknown>>) | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const members = value as Readonly<Record<string, unknown>>;
  const isText = ['kek', 'nonce', 'ciphertext', 'tag'].every((name) => typeof members[name] === 'string');
  return members['v'] === 1 && isText ? (members as Sealed & typeof members) : undefined;
}

function additional(boundTo: readonly unknown[]): Uint8Array {
  return Buffer.from(JSON.stringify(boundTo));
}
