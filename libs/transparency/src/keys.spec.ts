import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ed25519Jwk, rfc8032, urlOf } from '../test/signers.js';
import { toBase64Url } from './base64.js';
import { fromHex, toHex } from './bytes.js';
import { ed25519Fault, isLowOrder } from './edwards25519.js';
import { toBigEndian } from './integers.js';
import { algorithmOf, parsePublicJwk, thumbprint } from './keys.js';
import { isOnP256 } from './p256.js';

const P = 2n ** 255n - 19n;

/** All encodings of the eight points of order 1, 2, 4, 8, canonical or not. */
const LOW_ORDER = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000080',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
];

function littleEndianHex(value: bigint): string {
  return toHex(toBigEndian(value, 32).toReversed());
}

function codesOf(value: unknown): string[] {
  const key = parsePublicJwk(value);
  return key.ok ? [] : key.problems.map(({ code, pointer }) => `${code} ${pointer}`);
}

function newP256(): Record<string, unknown> {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
}

describe('parsePublicJwk', () => {
  it.each(rfc8032)('takes the key of RFC 8032 $name', ({ publicKey }) => {
    const jwk = ed25519Jwk(publicKey);
    expect(parsePublicJwk(jwk)).toEqual({ ok: true, value: jwk });
    expect(algorithmOf(jwk)).toBe('EdDSA');
  });

  it('takes every key that Node makes', () => {
    for (let i = 0; i < 50; i++) {
      expect(codesOf(generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }))).toEqual([]);
      expect(codesOf(newP256())).toEqual([]);
    }
  });

  it.each(LOW_ORDER)('refuses the low-order encoding %s, which Node would take', (hex) => {
    expect(codesOf(ed25519Jwk(hex))).toEqual(['key-low-order /x']);
    expect(isLowOrder(fromHex(hex)!)).toBe(true);
  });

  it('refuses every y that is not below the prime', () => {
    for (let above = 0n; above < 19n; above++) {
      for (const sign of [0n, 1n << 255n]) {
        const expected = above < 2n ? 'low-order' : 'not-canonical';
        expect(ed25519Fault(fromHex(littleEndianHex((P + above) | sign))!)).toBe(expected);
      }
    }
  });

  it('finds exactly those y on the curve that decompress', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 3n, max: P - 3n }), (y) => {
        const fault = ed25519Fault(fromHex(littleEndianHex(y))!);
        expect(fault === undefined).toBe(hasSquareRoot(y));
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['x too short', { kty: 'OKP', crv: 'Ed25519', x: 'AAAA' }, ['bad-coordinate /x']],
    ['x missing', { kty: 'OKP', crv: 'Ed25519' }, ['bad-coordinate /x']],
    ['x a number', { kty: 'OKP', crv: 'Ed25519', x: 1 }, ['bad-coordinate /x']],
    [
      'x padded',
      { kty: 'OKP', crv: 'Ed25519', x: `${urlOf(rfc8032[0]!.publicKey)}=` },
      ['bad-coordinate /x'],
    ],
    [
      'unknown members',
      { ...ed25519Jwk(rfc8032[0]!.publicKey), kid: 'a', use: 'sig' },
      ['unknown-member /kid', 'unknown-member /use'],
    ],
    [
      'a private key',
      { ...ed25519Jwk(rfc8032[0]!.publicKey), d: urlOf(rfc8032[0]!.secretKey) },
      ['private-key /d'],
    ],
    ['a y where none belongs', { ...ed25519Jwk(rfc8032[0]!.publicKey), y: 'AAAA' }, ['unknown-member /y']],
    ['another curve', { kty: 'OKP', crv: 'X25519', x: 'AAAA' }, ['unsupported-key ']],
    [
      'RSA',
      { kty: 'RSA', n: 'AQAB', e: 'AQAB' },
      ['unsupported-key ', 'unknown-member /n', 'unknown-member /e'],
    ],
    ['a secret', { kty: 'oct', k: 'AAAA' }, ['unsupported-key ', 'private-key /k']],
    ['null', null, ['not-a-key ']],
    ['a list', [], ['not-a-key ']],
    ['a text', 'key', ['not-a-key ']],
  ])('refuses %s', (_, value, codes) => {
    expect(codesOf(value)).toEqual(codes);
  });

  it('refuses P-256 points off the curve, at infinity or not reduced', () => {
    const { x, y } = newP256() as { x: string; y: string };
    const ec = { kty: 'EC', crv: 'P-256' };
    const zero = toBase64Url(new Uint8Array(32));
    expect(codesOf({ ...ec, x: y, y: x })).toEqual(['key-not-on-curve ']);
    expect(codesOf({ ...ec, x: zero, y: zero })).toEqual(['key-not-on-curve ']);
    expect(codesOf({ ...ec, x })).toEqual(['bad-coordinate /y']);
    expect(codesOf({ ...ec, x: 'AA', y: 'AA' })).toEqual(['bad-coordinate /x', 'bad-coordinate /y']);
    // x = 5 lies on the curve (its y below); x = 5 + p is the same residue, written twice as large.
    const p = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
    const five = toBigEndian(5n, 32);
    const root = toBigEndian(
      squareRootMod(125n - 15n + 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn, p),
      32,
    );
    expect(isOnP256(five, root)).toBe(true);
    expect(isOnP256(toBigEndian(5n + p, 32), root)).toBe(false);
  });

  it('lets out nothing but its own results, and gives back what it was given', () => {
    const member = fc.oneof(fc.jsonValue(), fc.constantFrom('OKP', 'EC', 'Ed25519', 'P-256'));
    const nearly = fc.dictionary(fc.constantFrom('kty', 'crv', 'x', 'y', 'd', '__proto__'), member);
    fc.assert(
      fc.property(fc.oneof(nearly, fc.anything()), (value) => {
        const key = parsePublicJwk(value);
        if (key.ok) expect(key.value).toEqual(value);
        else expect(key.problems.length).toBeGreaterThan(0);
      }),
    );
  });
});

describe('thumbprint', () => {
  it('is that of RFC 8037 appendix A.3', () => {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' } as const;
    expect(thumbprint(jwk)).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
  });

  it('is the hash of the required members in canonical JSON', () => {
    const { x, y } = newP256() as { x: string; y: string };
    const text = `{"crv":"P-256","kty":"EC","x":"${x}","y":"${y}"}`;
    const expected = createHash('sha256').update(text).digest('base64url');
    expect(thumbprint({ kty: 'EC', crv: 'P-256', x, y })).toBe(expected);
    expect(createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' }).type).toBe('public');
  });
});

/** Decompression as RFC 8032 section 5.1.3 writes it, step by step. */
function hasSquareRoot(y: bigint): boolean {
  const d = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
  const u = mod(y * y - 1n);
  const v = mod(d * y * y + 1n);
  const x = mod(u * v ** 3n * power(mod(u * v ** 7n), (P - 5n) / 8n));
  const check = mod(v * x * x);
  return check === u || check === mod(-u);
}

function mod(value: bigint): bigint {
  return ((value % P) + P) % P;
}

function power(base: bigint, exponent: bigint, modulus = P): bigint {
  if (exponent === 0n) return 1n;
  const half = power((base * base) % modulus, exponent / 2n, modulus);
  return exponent % 2n === 1n ? (half * base) % modulus : half;
}

function squareRootMod(value: bigint, p: bigint): bigint {
  const root = power(value % p, (p + 1n) / 4n, p);
  expect((root * root) % p).toBe(value % p);
  return root;
}
