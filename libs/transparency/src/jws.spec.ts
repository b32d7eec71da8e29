import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ed25519Signer, p256Signer } from '../test/signers.js';
import { toBase64Url } from './base64.js';
import { fromUtf8, toHex, toUtf8 } from './bytes.js';
import { canonicalBytes } from './canonical-json.js';
import { MAX_JWS_LENGTH, buildJws, parseJws, payloadDigest, signatureOfJws, verifyJws } from './jws.js';
import type { JwsTyp } from './jws-header.js';
import { thumbprint } from './keys.js';
import { sha256 } from './sha256.js';
import type { Signer } from './signature.js';
import { webCryptoSignatures } from './web-crypto-signatures.js';

const TYP = 'lodemark-event+jws';
const PAYLOAD = canonicalBytes({ type: 'Dispatched', v: 1, eventId: 'a' });

let ed25519: Signer;
let p256: Signer;
let good: string;

beforeAll(async () => {
  [ed25519, p256] = await Promise.all([ed25519Signer(), p256Signer()]);
  good = await buildJws(PAYLOAD, ed25519, TYP);
});

function codesOf(text: string, typ: JwsTyp = TYP): string[] {
  const jws = parseJws(text, typ);
  return jws.ok ? [] : jws.problems.map(({ code, pointer }) => `${code} ${pointer}`);
}

/** The good JWS with another header text. */
function withHeader(header: string): string {
  return [toBase64Url(toUtf8(header)), ...good.split('.').slice(1)].join('.');
}

function headerOf(changes: Record<string, unknown>): string {
  const header = { alg: 'EdDSA', kid: ed25519.kid, typ: TYP, ...changes };
  return fromUtf8(canonicalBytes(JSON.parse(JSON.stringify(header))))!;
}

describe('buildJws and parseJws', () => {
  it.each(['EdDSA', 'ES256'])('carry a payload that the key alone can have signed, by %s', async (alg) => {
    const signer = alg === 'EdDSA' ? ed25519 : p256;
    const text = await buildJws(PAYLOAD, signer, TYP);
    const jws = parseJws(text, TYP);
    if (!jws.ok) throw new Error('unreadable');
    expect(jws.value.header).toEqual({ alg, kid: thumbprint(signer.publicKey), typ: TYP });
    expect(jws.value.payload).toEqual(PAYLOAD);
    expect(fromUtf8(jws.value.signingInput)).toBe(text.slice(0, text.lastIndexOf('.')));
    expect(await verifyJws(jws.value, signer.publicKey, webCryptoSignatures)).toBe(true);
    const other = alg === 'EdDSA' ? await ed25519Signer(1) : await p256Signer();
    expect(await verifyJws(jws.value, other.publicKey, webCryptoSignatures)).toBe(false);
    expect(await webCryptoSignatures.check([signatureOfJws(jws.value, other.publicKey)])).toEqual([false]);
  });

  it('never verify a JWS whose kid is another key’s, even if the signature is good', async () => {
    const stranger = { ...ed25519, kid: toBase64Url(sha256(toUtf8('another key'))) };
    const jws = parseJws(await buildJws(PAYLOAD, stranger, TYP), TYP);
    expect(jws.ok && (await verifyJws(jws.value, ed25519.publicKey, webCryptoSignatures))).toBe(false);
  });

  it('never let the message choose the algorithm', async () => {
    const jws = parseJws(await buildJws(PAYLOAD, { ...ed25519, alg: 'ES256' }, TYP), TYP);
    expect(jws.ok && (await verifyJws(jws.value, ed25519.publicKey, webCryptoSignatures))).toBe(false);
  });

  it('write the header in the one canonical spelling', () => {
    expect(fromUtf8(new Uint8Array(Buffer.from(good.split('.')[0]!, 'base64url')))).toBe(
      `{"alg":"EdDSA","kid":"${ed25519.kid}","typ":"lodemark-event+jws"}`,
    );
  });
});

describe('buildJws', () => {
  it.each(['{"b":1,"a":2}', '{ }', '', '{"a":1,"a":1}', '"\\ud800"', '[9007199254740993]'])(
    'refuses the payload %s, which is not canonical',
    async (payload) => {
      await expect(buildJws(toUtf8(payload), ed25519, TYP)).rejects.toMatchObject({ code: 'not-canonical' });
    },
  );

  it('refuses what no entry could hold', async () => {
    const payload = canonicalBytes('x'.repeat(50_000));
    await expect(buildJws(payload, ed25519, TYP)).rejects.toMatchObject({ code: 'jws-too-large' });
  });

  it('refuses a signer that does not give 64 bytes', async () => {
    const broken = { ...ed25519, sign: () => Promise.resolve(new Uint8Array(70)) };
    await expect(buildJws(PAYLOAD, broken, TYP)).rejects.toMatchObject({ code: 'bad-signature' });
  });
});

describe('parseJws', () => {
  it('refuses every other purpose', () => {
    for (const typ of ['lodemark-attestation+jws', 'lodemark-pop+jws', 'lodemark-receipt+jws'] as const) {
      expect(codesOf(good, typ)).toEqual(['wrong-typ /protected/typ']);
    }
  });

  it.each([
    ['no part', '', 'not-compact-jws '],
    ['two parts', 'a.b', 'not-compact-jws '],
    ['four parts', 'a.b.c.d', 'not-compact-jws '],
    ['five parts', 'a.b.c.d.e', 'not-compact-jws '],
    ['too much', `a.${'b'.repeat(MAX_JWS_LENGTH)}.c`, 'too-large '],
  ])('refuses %s', (_, text, code) => {
    expect(codesOf(text)).toEqual([code]);
  });

  it('refuses empty and non-canonical parts, all at once', () => {
    const [header, payload, signature] = good.split('.') as [string, string, string];
    expect(codesOf('..')).toEqual([
      'not-base64url /protected',
      'not-base64url /payload',
      'not-base64url /signature',
    ]);
    expect(codesOf(`${header}.${payload}=.${signature}`)).toEqual(['not-base64url /payload']);
    expect(codesOf(`${header}.${payload}.${signature}\n`)).toEqual(['not-base64url /signature']);
    expect(codesOf(` ${good}`)).toEqual(['not-base64url /protected']);
    // 64 bytes leave four unused bits in the last digit, so a lenient decoder knows 16 spellings of each signature.
    const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const twin = digits[digits.indexOf(signature.at(-1)!) + 1]!;
    expect(codesOf(`${header}.${payload}.${signature.slice(0, -1)}${twin}`)).toEqual([
      'not-base64url /signature',
    ]);
    expect(codesOf(`${header}.${payload}.${signature.slice(0, -2)}`)).toEqual([
      'bad-signature-length /signature',
    ]);
  });

  it.each([
    ['alg none', { alg: 'none' }, ['alg-not-supported /protected/alg']],
    ['a MAC', { alg: 'HS256' }, ['alg-not-supported /protected/alg']],
    ['the new name of EdDSA', { alg: 'Ed25519' }, ['alg-not-supported /protected/alg']],
    ['a list as alg', { alg: ['EdDSA'] }, ['alg-not-supported /protected/alg']],
    ['no alg', { alg: undefined }, ['alg-not-supported /protected/alg']],
    ['no kid', { kid: undefined }, ['bad-kid /protected/kid']],
    ['a kid that is no thumbprint', { kid: 'key-1' }, ['bad-kid /protected/kid']],
    ['a kid with unused bits', { kid: 'A'.repeat(42) + 'B' }, ['bad-kid /protected/kid']],
    ['no typ', { typ: undefined }, ['wrong-typ /protected/typ']],
    ['a media type', { typ: 'application/lodemark-event+jws' }, ['wrong-typ /protected/typ']],
    ['other case', { typ: 'Lodemark-Event+JWS' }, ['wrong-typ /protected/typ']],
    [
      'crit',
      { crit: ['exp'], exp: 1 },
      ['crit-not-supported /protected/crit', 'unknown-header-member /protected/exp'],
    ],
    [
      'an unencoded payload',
      { b64: false, crit: ['b64'] },
      ['unknown-header-member /protected/b64', 'crit-not-supported /protected/crit'],
    ],
    ['an embedded key', { jwk: {} }, ['unknown-header-member /protected/jwk']],
    ['a key address', { jku: 'https://example.com' }, ['unknown-header-member /protected/jku']],
    [
      'everything wrong',
      { alg: 'none', kid: 1, typ: 2, zip: 'DEF' },
      [
        'unknown-header-member /protected/zip',
        'alg-not-supported /protected/alg',
        'bad-kid /protected/kid',
        'wrong-typ /protected/typ',
      ],
    ],
  ])('refuses a header with %s', (_, changes, codes) => {
    expect(codesOf(withHeader(headerOf(changes)))).toEqual(codes);
  });

  it('refuses a header in any other spelling', () => {
    const header = headerOf({});
    const swapped = `{"typ":"${TYP}","kid":"${ed25519.kid}","alg":"EdDSA"}`;
    expect(codesOf(withHeader(header))).toEqual([]);
    expect(codesOf(withHeader(`${header} `))).toEqual(['not-canonical /protected']);
    expect(codesOf(withHeader(swapped))).toEqual(['not-canonical /protected']);
    expect(codesOf(withHeader(header.replace('EdDSA', 'Ed\\u0044SA')))).toEqual(['not-canonical /protected']);
    expect(codesOf(withHeader(header.replace('{', '{"alg":"none",')))).toEqual([
      'duplicate-name /protected/alg',
    ]);
    expect(codesOf(withHeader(`\ufeff${header}`))).toEqual(['byte-order-mark /protected']);
    expect(codesOf(withHeader('[]'))).toEqual(['not-an-object /protected']);
    expect(codesOf(withHeader('{'))).toEqual(['syntax /protected']);
    expect(codesOf(withHeader(' '.repeat(600)))).toEqual(['too-large /protected']);
  });

  it('lets out nothing but its own results, and of a good JWS takes no other spelling', () => {
    const mutated = fc
      .tuple(fc.nat(), fc.string({ unit: 'binary', maxLength: 2 }), fc.nat(2))
      .map(([at, inserted, removed]) => {
        const place = at % good.length;
        return good.slice(0, place) + inserted + good.slice(place + removed);
      });
    fc.assert(
      fc.property(fc.oneof(mutated, fc.string({ unit: 'binary' })), (text) => {
        const jws = parseJws(text, TYP);
        if (jws.ok) {
          const { header, payload, signature } = jws.value;
          const parts = [canonicalBytes(header), payload, signature].map(toBase64Url);
          expect(parts.join('.')).toBe(text);
        } else {
          expect(jws.problems.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('payloadDigest', () => {
  it('is the SHA-256 of the payload bytes, whoever signed them', () => {
    expect(payloadDigest(PAYLOAD)).toBe(createHash('sha256').update(PAYLOAD).digest('hex'));
    expect(payloadDigest(PAYLOAD)).toBe(toHex(sha256(PAYLOAD)));
  });
});
