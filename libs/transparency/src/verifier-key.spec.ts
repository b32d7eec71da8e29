import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { codesOf, examples, keyOf } from '../test/notes.js';
import { toBase64 } from './base64.js';
import { concatBytes } from './bytes.js';
import { formatVerifierKey, parseVerifierKey, verifierKey } from './verifier-key.js';
import { isKeyName } from './vkey-text.js';

describe('verifier keys', () => {
  const vkey = examples.signedNote.vkey;
  const [name, id, base64] = vkey.split('+') as [string, string, string];

  it.each([
    ['another id', `${name}+00000000+${base64}`, 'key-id-mismatch'],
    ['another name', `example.com/bar+${id}+${base64}`, 'key-id-mismatch'],
    ['an id in capitals', `${name}+${id.toUpperCase()}+${base64}`, 'bad-vkey'],
    ['a short id', `${name}+${id.slice(1)}+${base64}`, 'bad-vkey'],
    ['no name', `+${id}+${base64}`, 'bad-vkey'],
    ['a space', `exam ple+${id}+${base64}`, 'bad-vkey'],
    ['a trailing newline', `${vkey}\n`, 'bad-vkey'],
    ['missing parts', `${name}+${id}`, 'bad-vkey'],
    [
      'a cosignature key',
      `${name}+${id}+${toBase64(concatBytes(Uint8Array.of(4), new Uint8Array(32)))}`,
      'unsupported-key-type',
    ],
    ['a short key', `${name}+${id}+${toBase64(Uint8Array.of(1, 2, 3))}`, 'bad-coordinate'],
    [
      'a key of low order',
      `${name}+${id}+${toBase64(concatBytes(Uint8Array.of(1, 1), new Uint8Array(31)))}`,
      'key-low-order',
    ],
  ])('are refused with %s', (_, text, code) => {
    expect(codesOf(parseVerifierKey(text))).toEqual([code]);
  });

  it('may have a plus in their base64', () => {
    for (let which = 0; which < 3; which++) {
      const key = keyOf(which, 'a');
      expect(parseVerifierKey(formatVerifierKey(key))).toEqual({ ok: true, value: key });
    }
    expect(codesOf(parseVerifierKey('a+00000000+++++'))).not.toEqual([]);
  });

  it('let out nothing but their own results', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.nat(vkey.length).map((at) => vkey.slice(0, at) + '+' + vkey.slice(at)),
        ),
        (text) => {
          const key = parseVerifierKey(text);
          if (key.ok) expect(formatVerifierKey(key.value)).toBe(text);
        },
      ),
    );
  });

  it('have names without any of Unicode’s white space', () => {
    for (const space of [
      '\u0020',
      '\u0009',
      '\u0085',
      '\u00a0',
      '\u1680',
      '\u2003',
      '\u2028',
      '\u202f',
      '\u205f',
      '\u3000',
    ]) {
      expect(isKeyName(`a${space}b`)).toBe(false);
    }
    // U+FEFF is in JavaScript's \s and yet no White_Space.
    expect([
      isKeyName('a\ufeffb'),
      isKeyName('a+b'),
      isKeyName(''),
      isKeyName('a\u0000b'),
      isKeyName('Кокбулак'),
    ]).toEqual([true, false, false, false, true]);
    expect(() => verifierKey('a b', keyOf(0).publicKey)).toThrow('name');
  });
});
