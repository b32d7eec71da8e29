import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { sha256 as portable } from '@noble/hashes/sha2.js';
import { toHex, toUtf8 } from './bytes.js';
import { sha256, sha256Hex, useSha256, type Sha256 } from './sha256.js';
import { TransparencyError } from './transparency-error.js';

const PORTABLE: Sha256 = { bytes: (input) => portable(input), hex: (input) => toHex(portable(input)) };
const OF_ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

afterEach(() => useSha256(PORTABLE));

describe('SHA-256', () => {
  it('is portable unless a platform gives its own', () => {
    expect(sha256Hex(toUtf8('abc'))).toBe(OF_ABC);
    expect(toHex(sha256(toUtf8('abc')))).toBe(OF_ABC);
  });

  it('is the platform’s once that is given', () => {
    let asked = 0;
    const hashOf = (input: Uint8Array) => {
      asked += 1;
      return createHash('sha256').update(input).digest();
    };
    useSha256({
      bytes: (input) => new Uint8Array(hashOf(input)),
      hex: (input) => hashOf(input).toString('hex'),
    });
    asked = 0;
    expect(toHex(sha256(toUtf8('abc')))).toBe(OF_ABC);
    expect(sha256Hex(toUtf8('abc'))).toBe(OF_ABC);
    expect(asked).toBe(2);
  });

  it('stays portable when the platform gives something else', () => {
    const wrong = createHash('sha512-256').digest();
    for (const other of [
      { ...PORTABLE, hex: () => wrong.toString('hex') },
      { ...PORTABLE, bytes: () => new Uint8Array(wrong) },
    ])
      expect(() => useSha256(other)).toThrow(TransparencyError);
    expect(sha256Hex(toUtf8('abc'))).toBe(OF_ABC);
  });
});
