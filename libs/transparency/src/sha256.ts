import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { equalBytes, toHex, toUtf8 } from './bytes.js';
import { TransparencyError } from './transparency-error.js';

/** Length of a SHA-256 hash in bytes. */
export const HASH_BYTES = 32;

/** SHA-256 as a platform has it. */
export interface Sha256 {
  /** 32 bytes, in a plain Uint8Array with memory of its own. */
  readonly bytes: (input: Uint8Array) => Uint8Array;
  /** 64 lowercase hex digits. */
  readonly hex: (input: Uint8Array) => string;
}

let chosen: Sha256 = { bytes: (input) => nobleSha256(input), hex: (input) => toHex(nobleSha256(input)) };

/**
 * Takes the platform's SHA-256 for this process instead of the portable one, which costs ten times as much: 15 µs for
 * an entry against 1.5. @throws TransparencyError `bad-hash` if it gives other hashes
 */
export function useSha256(platform: Sha256): void {
  for (const example of [new Uint8Array(0), toUtf8('abc'), toUtf8('a'.repeat(200))]) {
    const expected = nobleSha256(example);
    const [bytes, hex] = [platform.bytes(example), platform.hex(example)];
    if (!equalBytes(bytes, expected) || hex !== toHex(expected))
      throw new TransparencyError('bad-hash', 'This is not SHA-256.');
  }
  chosen = platform;
}

/** SHA-256, 32 bytes. Synchronous, so that tree code stays plain; the same in Node and in a browser. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return chosen.bytes(bytes);
}

/** SHA-256 as 64 lowercase hex digits, the form of every digest in our JSON. */
export function sha256Hex(bytes: Uint8Array): string {
  return chosen.hex(bytes);
}

/** Whether a value is a SHA-256 hash as our JSON writes it. */
export function isHashHex(value: unknown): value is string {
  return typeof value === 'string' && value.length === 2 * HASH_BYTES && /^[0-9a-f]+$/.test(value);
}
