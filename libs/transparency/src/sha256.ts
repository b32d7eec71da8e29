import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { toHex } from './bytes.js';

/** Length of a SHA-256 hash in bytes. */
export const HASH_BYTES = 32;

/** SHA-256, 32 bytes. Synchronous, so that tree code stays plain; the same in Node and in a browser. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return nobleSha256(bytes);
}

/** SHA-256 as 64 lowercase hex digits, the form of every digest in our JSON. */
export function sha256Hex(bytes: Uint8Array): string {
  return toHex(nobleSha256(bytes));
}

/** Whether a value is a SHA-256 hash as our JSON writes it. */
export function isHashHex(value: unknown): value is string {
  return typeof value === 'string' && value.length === 2 * HASH_BYTES && /^[0-9a-f]+$/.test(value);
}
