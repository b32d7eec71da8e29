import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  canonicalize,
  isAdmissible,
  thumbprint,
  toHex,
  webCryptoSignatures,
  type JsonObject,
  type Signer,
} from '@lodemark/transparency';
import { nodeSignatures, NodeSigner } from '@lodemark/platform';
import fc from 'fast-check';
import { parseProvenCredential, proveCredential, verifyProvenCredential } from './data-integrity.js';
import { fromBase58Btc, keyOfMultikey, multikeyOf, toBase58Btc } from './multikey.js';

const folder = new URL('../../../../test/vectors/vc-di-eddsa/TestVectors/', import.meta.url);
const text = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
const json = (name: string): JsonObject => JSON.parse(text(name)) as JsonObject;

const { publicKeyMultibase, privateKeyMultibase } = json('keyPair.json') as Record<string, string>;
const checker = nodeSignatures(isAdmissible);

function signer(): Signer {
  const seed = fromBase58Btc(privateKeyMultibase ?? '')?.subarray(2) ?? new Uint8Array();
  const key = keyOfMultikey(publicKeyMultibase ?? '');
  if (key === undefined) throw new Error('no key');
  return NodeSigner.fromJwk({ ...key, d: Buffer.from(seed).toString('base64url') });
}

function parsed(input: string) {
  const read = parseProvenCredential(input);
  if ('problem' in read) throw new Error(read.problem);
  return read;
}

describe('a credential with an eddsa-jcs-2022 proof', () => {
  const signed = text('eddsa-jcs-2022/signedJCS.json');
  const document = json('unsigned.json');
  const { created } = json('eddsa-jcs-2022/proofConfigJCS.json') as { created: string };

  it('hashes what the W3C test vector hashes', () => {
    expect(toHex(parsed(signed).hashes)).toBe(text('eddsa-jcs-2022/combinedHashJCS.txt').trim());
    expect(canonicalize(parsed(signed).credential)).toBe(text('eddsa-jcs-2022/canonDocJCS.txt').trim());
  });

  it('verifies that of the W3C test vector, in Node and with WebCrypto', async () => {
    expect(await verifyProvenCredential(parsed(signed), checker)).toBe(true);
    expect(await verifyProvenCredential(parsed(signed), webCryptoSignatures)).toBe(true);
  });

  it('has the signature of the W3C test vector when its key signs the same', async () => {
    const did = `did:key:${publicKeyMultibase ?? ''}`;
    const proven = await proveCredential(document, { did, created }, signer());
    expect(proven).toEqual(JSON.parse(signed));
    const { proofValue } = (proven?.['proof'] ?? {}) as { proofValue?: string };
    expect(toHex(fromBase58Btc(proofValue ?? '') ?? new Uint8Array())).toBe(
      text('eddsa-jcs-2022/sigHexJCS.txt').trim(),
    );
  });

  it('does not hold when anything in it or in its proof is another', async () => {
    const whole = JSON.parse(signed) as Record<string, Record<string, unknown>>;
    const others = [
      { ...whole, name: 'Other Credential' },
      { ...whole, proof: { ...whole['proof'], created: '2023-02-24T23:36:39Z' } },
      { ...whole, credentialSubject: { ...whole['credentialSubject'], id: 'did:example:other' } },
    ];
    for (const other of others) {
      expect(await verifyProvenCredential(parsed(JSON.stringify(other)), checker)).toBe(false);
    }
  });

  it('signs for the context of its proof and for nothing that is appended', async () => {
    const whole = JSON.parse(signed) as Record<string, unknown>;
    const appended = {
      ...whole,
      '@context': [...(whole['@context'] as string[]), 'https://other.example/v1'],
    };
    expect(await verifyProvenCredential(parsed(JSON.stringify(appended)), checker)).toBe(true);
    expect(parsed(JSON.stringify(appended)).credential['@context']).toEqual(whole['@context']);
    const another = { ...whole, '@context': ['https://other.example/v1'] };
    expect(parseProvenCredential(JSON.stringify(another))).toHaveProperty('problem');
  });

  it.each([
    ['a suite that it does not know', { cryptosuite: 'eddsa-rdfc-2022' }],
    ['another purpose', { proofPurpose: 'authentication' }],
    ['a key by another name', { verificationMethod: 'did:key:z6Mk#key-1' }],
    [
      'a low-order key',
      {
        verificationMethod: `did:key:x#${toBase58Btc(Uint8Array.from([0xed, 1, 1, ...Array<number>(31).fill(0)]))}`,
      },
    ],
    ['a short signature', { proofValue: 'z3yQ' }],
    ['a signature in another base', { proofValue: 'uAAAA' }],
    ['a date that is none', { created: 'yesterday' }],
    ['a member nobody knows', { domain: 'x' }],
  ])('is refused with %s', (_, changed) => {
    const whole = JSON.parse(signed) as { proof: object };
    expect(
      parseProvenCredential(JSON.stringify({ ...whole, proof: { ...whole.proof, ...changed } })),
    ).toHaveProperty('problem');
  });

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (input) =>
        expect(parseProvenCredential(input)).toBeDefined(),
      ),
    );
  });
});

describe('a Multikey', () => {
  it('is read and written as the W3C test vector has it', () => {
    const key = keyOfMultikey(publicKeyMultibase ?? '');
    expect(key && multikeyOf(key)).toBe(publicKeyMultibase);
    expect(key && thumbprint(key)).toHaveLength(43);
  });

  it('has one spelling for any bytes, leading zeros included', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(fromBase58Btc(toBase58Btc(bytes))).toEqual(bytes);
      }),
    );
  });
});
