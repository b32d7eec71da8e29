import { createHash, createPublicKey, verify as nodeVerify } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { ed25519Jwk, ed25519Signer, p256Signer, rfc8032 } from '../test/signers.js';
import { concatBytes, fromHex, toHex, toUtf8 } from './bytes.js';
import { fromBigEndian, fromLittleEndian, toBigEndian } from './integers.js';
import { isLowS, toLowS } from './p256.js';
import { isAdmissible, type SignatureToCheck, type Signer } from './signature.js';
import { webCryptoSignatures } from './web-crypto-signatures.js';

const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const MESSAGE = toUtf8('42.5 kg of Nd2O3');

const vectors = rfc8032.map((one): SignatureToCheck => ({
  alg: 'EdDSA',
  publicKey: ed25519Jwk(one.publicKey),
  message: fromHex(one.message)!,
  signature: fromHex(one.signature)!,
}));

let ed25519: Signer;
let p256: Signer;

beforeAll(async () => {
  [ed25519, p256] = await Promise.all([ed25519Signer(), p256Signer()]);
});

afterEach(() => {
  jest.restoreAllMocks();
});

async function signedBy(signer: Signer, message = MESSAGE): Promise<SignatureToCheck> {
  return { alg: signer.alg, publicKey: signer.publicKey, message, signature: await signer.sign(message) };
}

async function holds(one: SignatureToCheck): Promise<boolean> {
  const [answer] = await webCryptoSignatures.check([one]);
  return answer!;
}

describe('webCryptoSignatures', () => {
  it('finds the signatures of RFC 8032 good, each under its own key only', async () => {
    const shifted = vectors.map((one, i) => ({
      ...one,
      publicKey: vectors[(i + 1) % vectors.length]!.publicKey,
    }));
    expect(await webCryptoSignatures.check(vectors)).toEqual([true, true, true, true]);
    expect(await webCryptoSignatures.check(shifted)).toEqual([false, false, false, false]);
  });

  it('answers a batch one by one, in order', async () => {
    const good = await signedBy(p256);
    const bad = { ...good, message: toUtf8('43.5 kg of Nd2O3') };
    const other = await signedBy(ed25519);
    expect(await webCryptoSignatures.check([good, bad, other, bad, good])).toEqual([
      true,
      false,
      true,
      false,
      true,
    ]);
    expect(await webCryptoSignatures.check([])).toEqual([]);
  });

  it('answers false, and does not reject, for keys and signatures out of all shape', async () => {
    const good = await signedBy(ed25519);
    const nonsense: SignatureToCheck[] = [
      { ...good, signature: new Uint8Array(0) },
      { ...good, signature: new Uint8Array(64).fill(255) },
      { ...good, alg: 'ES256' },
      { ...good, publicKey: { kty: 'OKP', crv: 'Ed25519', x: 'AAAA' } },
      { ...good, publicKey: { kty: 'OKP', crv: 'Ed25519', x: '?' } },
      { ...(await signedBy(p256)), publicKey: { kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'AAAA' } },
    ];
    expect(await webCryptoSignatures.check(nonsense)).toEqual(nonsense.map(() => false));
  });

  it('rejects where the platform does not know the curve, instead of calling the signature bad', async () => {
    const unsupported = new DOMException('Ed25519', 'NotSupportedError');
    jest.spyOn(crypto.subtle, 'importKey').mockRejectedValue(unsupported);
    await expect(holds(await signedBy(ed25519))).rejects.toBe(unsupported);
  });

  it('reads a message out of a larger buffer', async () => {
    const good = await signedBy(ed25519);
    const larger = concatBytes(toUtf8('xx'), good.message, toUtf8('yy'));
    expect(await holds({ ...good, message: larger.subarray(2, 2 + good.message.length) })).toBe(true);
  });

  it('finds every signature bad of which one bit was changed', async () => {
    for (const good of [await signedBy(ed25519), await signedBy(p256)]) {
      const batch = Array.from({ length: 512 }, (_, bit) => {
        const signature = good.signature.slice();
        signature[bit >> 3]! ^= 1 << (bit & 7);
        return { ...good, signature };
      });
      expect((await webCryptoSignatures.check(batch)).filter(Boolean)).toEqual([]);
    }
  });
});

describe('webCryptoSigner', () => {
  it('signs as RFC 8032 does', async () => {
    for (const [i, { message, signature }] of rfc8032.entries()) {
      const signer = await ed25519Signer(i);
      expect(toHex(await signer.sign(fromHex(message)!))).toBe(signature);
    }
  });

  it('gives ES256 signatures with the low s, which Node accepts', async () => {
    const publicKey = createPublicKey({ key: { ...p256.publicKey }, format: 'jwk' });
    for (let i = 0; i < 40; i++) {
      const { message, signature } = await signedBy(p256, Uint8Array.of(i));
      expect(isLowS(signature)).toBe(true);
      expect(nodeVerify('sha256', message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)).toBe(
        true,
      );
    }
  });
});

describe('isAdmissible', () => {
  it('refuses S + L, the second spelling of an Ed25519 signature', async () => {
    const good = await signedBy(ed25519);
    const scalar = fromLittleEndian(good.signature.subarray(32));
    const second = toBigEndian(scalar + L, 32).toReversed();
    const again = { ...good, signature: concatBytes(good.signature.subarray(0, 32), second) };
    expect(isAdmissible(good)).toBe(true);
    expect(isAdmissible(again)).toBe(false);
    expect(await holds(again)).toBe(false);
  });

  it.each([
    [0n, true],
    [L - 1n, true],
    [L, false],
    [L + 1n, false],
    [2n ** 256n - 1n, false],
  ])('judges S = %s as %s', (scalar, expected) => {
    const signature = concatBytes(
      vectors[0]!.signature.subarray(0, 32),
      toBigEndian(scalar, 32).toReversed(),
    );
    expect(isAdmissible({ ...vectors[0]!, signature })).toBe(expected);
  });

  it('refuses an R of low order, which Node accepts from whoever holds the key', async () => {
    // R = the identity and S = k * a satisfy the equation for the owner of a; libraries differ on whether they take it.
    const { forged, acceptedByNode } = lowOrderSignature();
    expect(acceptedByNode).toBe(true);
    expect(isAdmissible(forged)).toBe(false);
    expect(await holds(forged)).toBe(false);
  });

  it('refuses the high s of an ES256 signature, which Node accepts', async () => {
    const good = await signedBy(p256);
    const s = fromBigEndian(good.signature.subarray(32));
    const high = { ...good, signature: concatBytes(good.signature.subarray(0, 32), toBigEndian(N - s, 32)) };
    const key = createPublicKey({ key: { ...p256.publicKey }, format: 'jwk' });
    expect(nodeVerify('sha256', MESSAGE, { key, dsaEncoding: 'ieee-p1363' }, high.signature)).toBe(true);
    expect(isAdmissible(high)).toBe(false);
    expect(await holds(high)).toBe(false);
    expect(toLowS(high.signature)).toEqual(good.signature);
    expect(toLowS(good.signature)).toEqual(good.signature);
  });

  it.each([
    [1n, 1n, true],
    [1n, N / 2n, true],
    [1n, N / 2n + 1n, false],
    [N - 1n, 1n, true],
    [N, 1n, false],
    [0n, 1n, false],
    [1n, 0n, false],
    [1n, N, false],
  ])('judges r = %s, s = %s as %s', (r, s, expected) => {
    const signature = concatBytes(toBigEndian(r, 32), toBigEndian(s, 32));
    expect(isAdmissible({ alg: 'ES256', publicKey: p256.publicKey, message: MESSAGE, signature })).toBe(
      expected,
    );
  });

  it('takes a signature of no other length and no other algorithm than the key’s', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (signature) => {
        const one = { publicKey: vectors[0]!.publicKey, message: MESSAGE, signature };
        if (signature.length !== 64) expect(isAdmissible({ ...one, alg: 'EdDSA' })).toBe(false);
        expect(isAdmissible({ ...one, alg: 'ES256' })).toBe(false);
      }),
    );
  });
});

/** S = k * a under R = the identity, by the key of RFC 8032 test 1 (section 5.1.6 with r = 0). */
function lowOrderSignature(): { forged: SignatureToCheck; acceptedByNode: boolean } {
  const { secretKey, publicKey } = rfc8032[0]!;
  const scalar = createHash('sha512').update(fromHex(secretKey)!).digest().subarray(0, 32);
  scalar[0]! &= 248;
  scalar[31] = (scalar[31]! & 127) | 64;
  const identity = new Uint8Array(32);
  identity[0] = 1;
  const hashed = createHash('sha512').update(identity).update(fromHex(publicKey)!).update(MESSAGE).digest();
  const s = (fromLittleEndian(new Uint8Array(hashed)) * fromLittleEndian(new Uint8Array(scalar))) % L;
  const signature = concatBytes(identity, toBigEndian(s, 32).toReversed());
  const jwk = ed25519Jwk(publicKey);
  const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
  const forged: SignatureToCheck = { alg: 'EdDSA', publicKey: jwk, message: MESSAGE, signature };
  return { forged, acceptedByNode: nodeVerify(null, MESSAGE, key, signature) };
}
