import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromBase64, fromBase64Url, toBase64, toBase64Url } from './base64.js';
import { concatBytes, equalBytes, fromHex, fromUtf8, isWellFormed, toHex, toUtf8 } from './bytes.js';

const bytes = fc.uint8Array({ maxLength: 200 });

describe('hex', () => {
  it('gives back what it wrote, and agrees with Node', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        expect(toHex(value)).toBe(Buffer.from(value).toString('hex'));
        expect(fromHex(toHex(value))).toEqual(value);
      }),
    );
  });

  it.each(['0', '0A', 'AB', 'zz', '0x', ' 00', '00\n', '0\n', '٠٠'])('refuses the spelling %j', (text) => {
    expect(fromHex(text)).toBeUndefined();
  });
});

describe('base64', () => {
  it('agrees with Node in both alphabets', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        expect(toBase64(value)).toBe(Buffer.from(value).toString('base64'));
        expect(toBase64Url(value)).toBe(Buffer.from(value).toString('base64url'));
        expect(fromBase64(toBase64(value))).toEqual(value);
        expect(fromBase64Url(toBase64Url(value))).toEqual(value);
      }),
    );
  });

  it('reads no text but the one that it writes', () => {
    const nearly = fc.stringMatching(/^[A-Za-z0-9+/_=\n -]{0,12}$/);
    fc.assert(
      fc.property(nearly, (text) => {
        const standard = fromBase64(text);
        const urlSafe = fromBase64Url(text);
        if (standard !== undefined) expect(toBase64(standard)).toBe(text);
        if (urlSafe !== undefined) expect(toBase64Url(urlSafe)).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['unused bits', 'QUJ='],
    ['unused bits', 'QR=='],
    ['missing padding', 'QUI'],
    ['too much padding', 'QUI=='],
    ['padding alone', '===='],
    ['padding inside', 'QQ==QUJD'],
    ['one digit', 'QUJDR==='],
    ['a line break', 'QUJD\nQUJD'],
    ['a closing line break', 'QUJD\n'],
    ['a space', 'QUJD QUJD'],
    ['the other alphabet', '-_-_'],
    ['a letter beyond ASCII', 'QUJĀ'],
  ])('refuses standard base64 with %s: %j', (_, text) => {
    expect(fromBase64(text)).toBeUndefined();
  });

  it.each(['QUJ', 'QR', 'QUI=', 'Q', '+/+/', 'QUJD\n', 'QU JD', 'QUJĀ'])('refuses base64url %j', (text) => {
    expect(fromBase64Url(text)).toBeUndefined();
  });
});

describe('utf-8', () => {
  it('gives back what it wrote', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(fromUtf8(toUtf8(text))).toBe(text);
      }),
    );
  });

  it('keeps a byte order mark instead of swallowing it', () => {
    expect(fromUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x41))).toBe('\ufeffA');
  });

  it.each(['ff', 'c080', 'eda080', 'f4908080', 'e282', '80'])('refuses the bytes %s', (hex) => {
    expect(fromUtf8(fromHex(hex)!)).toBeUndefined();
  });

  it.each([
    ['\ud800', false],
    ['\udc00', false],
    ['\udc00\ud800', false],
    ['a\ud83d', false],
    ['😀', true],
    ['', true],
  ])('sees whether %j is well formed', (text, wellFormed) => {
    expect(isWellFormed(text)).toBe(wellFormed);
  });
});

describe('comparing and joining', () => {
  it('tells bytes apart by length and by every byte', () => {
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1))).toBe(false);
    expect(equalBytes(Uint8Array.of(), Uint8Array.of(0))).toBe(false);
  });

  it('joins into new memory', () => {
    const part = Uint8Array.of(1, 2);
    const whole = concatBytes(part, Uint8Array.of(), Uint8Array.of(3));
    part[0] = 9;
    expect([...whole]).toEqual([1, 2, 3]);
  });
});
