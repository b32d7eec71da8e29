import { describe, expect, it } from '@jest/globals';
import { createHash, createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { inspect } from 'node:util';
import { thumbprint, type Algorithm } from './key.js';
import { SealingError } from './key-encryption.js';
import { KeyVault } from './key-vault.js';
import { generateKey, NodeSigner } from './node-signer.js';
import { nodeSignatures } from './node-signatures.js';
import { SecretVault } from './secret-vault.js';

const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const message = Buffer.from('a custody event');
const everything = nodeSignatures(() => true);

function sOf(signature: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(signature.subarray(32)).toString('hex')}`);
}

describe('thumbprint', () => {
  it('is the one of RFC 8037 appendix A.3', () => {
    const x = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo';
    expect(thumbprint({ kty: 'OKP', crv: 'Ed25519', x })).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
  });
});

describe.each<Algorithm>(['EdDSA', 'ES256'])('%s', (alg) => {
  it('signs what it then verifies, and what OpenSSL verifies from the public key alone', async () => {
    const signer = NodeSigner.fromJwk(await generateKey(alg));
    const signature = await signer.sign(message);
    expect(signer.alg).toBe(alg);
    expect(signature).toHaveLength(64);
    expect(await everything.check([{ alg, publicKey: signer.publicKey, message, signature }])).toEqual([
      true,
    ]);
    const key = createPublicKey({ key: { ...signer.publicKey }, format: 'jwk' });
    const digest = alg === 'EdDSA' ? null : 'sha256';
    expect(verify(digest, message, { key, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true);
  });

  it('answers a batch one by one and in order', async () => {
    const signer = NodeSigner.fromJwk(await generateKey(alg));
    const other = NodeSigner.fromJwk(await generateKey(alg));
    const signature = await signer.sign(message);
    const good = { alg, publicKey: signer.publicKey, message, signature };
    const flipped = Uint8Array.from(signature, (byte, i) => (i === 40 ? byte ^ 1 : byte));
    const answers = await everything.check([
      good,
      { ...good, message: Buffer.from('another') },
      { ...good, signature: flipped },
      { ...good, signature: signature.subarray(0, 63) },
      { ...good, signature: new Uint8Array(0) },
      { ...good, publicKey: other.publicKey },
      { ...good, alg: alg === 'EdDSA' ? 'ES256' : 'EdDSA' },
      good,
    ]);
    expect(answers).toEqual([true, false, false, false, false, false, false, true]);
  });

  it('shows no private key to whoever inspects or serializes a signer', async () => {
    const key = await generateKey(alg);
    const signer = NodeSigner.fromJwk(key);
    expect(inspect(signer, { depth: 9, showHidden: true }) + JSON.stringify(signer)).not.toContain(key.d);
  });
});

describe('NodeSigner', () => {
  it('gives ES256 signatures with the low s only', async () => {
    const signer = NodeSigner.fromJwk(await generateKey('ES256'));
    for (let i = 0; i < 64; i++) {
      const text = Buffer.from(`event ${i}`);
      const signature = await signer.sign(text);
      expect(sOf(signature) <= N / 2n).toBe(true);
      const { alg, publicKey } = signer;
      expect(await everything.check([{ alg, publicKey, message: text, signature }])).toEqual([true]);
    }
  });

  it('reads PEM', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const signer = NodeSigner.fromPem(privateKey.export({ type: 'sec1', format: 'pem' }).toString());
    expect(signer.kid).toBe(thumbprint(signer.publicKey));
    expect(await signer.sign(message)).toHaveLength(64);
  });

  it('refuses keys of other kinds, and a public part that is not its own', async () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    });
    expect(() => NodeSigner.fromPem(rsa.toString())).toThrow('Only Ed25519 and P-256');
    const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export({
      type: 'sec1',
      format: 'pem',
    });
    expect(() => NodeSigner.fromPem(p384.toString())).toThrow('Only Ed25519 and P-256');
    const [one, two] = [await generateKey('EdDSA'), await generateKey('EdDSA')];
    expect(() => NodeSigner.fromJwk({ ...one, d: two.d })).toThrow(TypeError);
    expect(() => NodeSigner.fromPem('not a key')).toThrow('Not a private key');
  });
});

describe('nodeSignatures', () => {
  it('asks first whether a signature is admissible, and refuses what is not', async () => {
    const signer = NodeSigner.fromJwk(await generateKey('ES256'));
    const signature = await signer.sign(message);
    const { alg, publicKey } = signer;
    const one = { alg, publicKey, message, signature };
    expect(await nodeSignatures(() => false).check([one])).toEqual([false]);
  });

  it('takes a key that is no point of the curve for a key under which nothing verifies', async () => {
    const x = Buffer.alloc(32, 1).toString('base64url');
    const publicKey = { kty: 'EC', crv: 'P-256', x, y: x } as const;
    const signature = createHash('sha512').update('x').digest();
    expect(await everything.check([{ alg: 'ES256', publicKey, message, signature }])).toEqual([false]);
  });

  it('keeps answering when it has seen more keys than it keeps', async () => {
    const signer = NodeSigner.fromJwk(await generateKey('EdDSA'));
    const { alg, publicKey } = signer;
    const good = { alg, publicKey, message, signature: await signer.sign(message) };
    const strangers = Array.from({ length: 4200 }, (_, i) => {
      const x = createHash('sha256').update(String(i)).digest('base64url');
      return { ...good, publicKey: { kty: 'OKP', crv: 'Ed25519', x } as const };
    });
    const answers = await everything.check([good, ...strangers, good]);
    expect(answers.filter(Boolean)).toHaveLength(2);
  });
});

describe('KeyVault', () => {
  const first = new Uint8Array(32).fill(1);
  const second = new Uint8Array(32).fill(2);

  it('opens what it sealed, and shows nothing of the private part in between', async () => {
    const vault = new KeyVault({ current: 'a', keys: { a: first } });
    const key = await generateKey('EdDSA');
    const sealed = vault.seal(key);
    expect(sealed).not.toContain(key.d);
    expect(vault.open(sealed)).toEqual(key);
    expect(vault.seal(key)).not.toBe(sealed);
    expect(vault.signer(sealed).kid).toBe(thumbprint(key));
  });

  it('opens keys sealed before a rotation and says that they are to be sealed anew', async () => {
    const sealed = new KeyVault({ current: 'a', keys: { a: first } }).seal(await generateKey('ES256'));
    const rotated = new KeyVault({ current: 'b', keys: { a: first, b: second } });
    expect(rotated.isOutdated(sealed)).toBe(true);
    const again = rotated.seal(rotated.open(sealed));
    expect(rotated.isOutdated(again)).toBe(false);
    expect(() => new KeyVault({ current: 'b', keys: { b: second } }).open(sealed)).toThrow(SealingError);
  });

  it('refuses every alteration, a sealed key under another public key included', async () => {
    const vault = new KeyVault({ current: 'a', keys: { a: first, b: second } });
    const sealed = JSON.parse(vault.seal(await generateKey('EdDSA'))) as Record<string, unknown>;
    const other = await generateKey('EdDSA');
    const swaps = {
      publicKey: { kty: 'OKP', crv: 'Ed25519', x: other.x },
      kek: 'b',
      nonce: Buffer.alloc(12).toString('base64url'),
      ciphertext: Buffer.alloc(43).toString('base64url'),
      tag: Buffer.alloc(16).toString('base64url'),
    };
    for (const [member, value] of Object.entries(swaps)) {
      expect(() => vault.open(JSON.stringify({ ...sealed, [member]: value }))).toThrow('altered');
    }
    for (const text of [
      '',
      'null',
      '[]',
      '{}',
      JSON.stringify({ ...sealed, v: 2 }),
      JSON.stringify({ ...sealed, tag: 'AA' }),
    ]) {
      expect(() => vault.open(text)).toThrow('Not a sealed key');
    }
  });

  it('refuses to start with a key of the wrong length or without the current one', () => {
    expect(() => new KeyVault({ current: 'a', keys: { a: new Uint8Array(16) } })).toThrow('16 bytes long');
    expect(() => new KeyVault({ current: 'b', keys: { a: first } })).toThrow('no key-encryption key "b"');
  });
});

describe('SecretVault', () => {
  const first = new Uint8Array(32).fill(1);
  const second = new Uint8Array(32).fill(2);
  const vault = new SecretVault({ current: 'a', keys: { a: first } });

  it('opens what it sealed, another text each time, and shows nothing of it in between', () => {
    const sealed = vault.seal('whsec_hush', 'webhook 1');
    expect(sealed).not.toContain('hush');
    expect(vault.open(sealed, 'webhook 1')).toBe('whsec_hush');
    expect(vault.seal('whsec_hush', 'webhook 1')).not.toBe(sealed);
  });

  it('opens what was sealed before a rotation, says so, and opens nothing without the key', () => {
    const sealed = vault.seal('hush', 'webhook 1');
    const rotated = new SecretVault({ current: 'b', keys: { a: first, b: second } });
    expect([rotated.open(sealed, 'webhook 1'), rotated.isOutdated(sealed)]).toEqual(['hush', true]);
    const again = rotated.seal('hush', 'webhook 1');
    expect(rotated.isOutdated(again)).toBe(false);
    expect(() => vault.open(again, 'webhook 1')).toThrow('no key-encryption key "b"');
  });

  it('refuses every alteration, and a secret in another’s place', () => {
    const both = new SecretVault({ current: 'a', keys: { a: first, b: second } });
    const text = both.seal('hush', 'webhook 1');
    expect(() => both.open(text, 'webhook 2')).toThrow('altered');
    const sealed = JSON.parse(text) as Record<string, unknown>;
    for (const [member, value] of Object.entries({
      kek: 'b',
      nonce: Buffer.alloc(12).toString('base64url'),
      ciphertext: Buffer.alloc(4).toString('base64url'),
      tag: Buffer.alloc(16).toString('base64url'),
    }))
      expect(() => both.open(JSON.stringify({ ...sealed, [member]: value }), 'webhook 1')).toThrow('altered');
    for (const wrong of ['', 'null', '{}', 'whsec_hush', JSON.stringify({ ...sealed, v: 2 })])
      expect(() => both.open(wrong, 'webhook 1')).toThrow('Not a sealed secret');
  });
});
