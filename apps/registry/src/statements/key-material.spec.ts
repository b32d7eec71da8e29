import { describe, expect, it } from '@jest/globals';
import { generateKey, nodeSignatures, NodeSigner } from '@lodemark/platform';
import { buildJws, canonicalBytes, isAdmissible, type JwsTyp } from '@lodemark/transparency';
import { judgeKeyMaterial } from './key-material.js';
import type { KeyStatement } from './statement-facts.js';

const STATEMENT_ID = '3f0c2b1e-8d54-4a0b-9c7e-1b1f7a1d0001';
const OWNER = { facility: 'plant' };

async function newSigner(alg: 'EdDSA' | 'ES256' = 'EdDSA'): Promise<NodeSigner> {
  return NodeSigner.fromJwk(await generateKey(alg));
}

function proof(signer: NodeSigner, claim: object, typ: JwsTyp = 'lodemark-pop+jws'): Promise<string> {
  return buildJws(canonicalBytes(claim), signer, typ);
}

async function registration(signer: NodeSigner, more: Partial<KeyStatement> = {}): Promise<KeyStatement> {
  const { kid, alg, publicKey: jwk } = signer;
  const claim = { kid, owner: OWNER, purpose: 'event', statementId: STATEMENT_ID };
  return {
    ...{ v: 1, type: 'KeyAdded', statementId: STATEMENT_ID, statedAt: '2026-11-24T12:00:00Z' },
    ...{ owner: OWNER, purpose: 'event', kid, jwk, alg, validFrom: '2026-01-01T00:00:00Z' },
    proofOfPossession: await proof(signer, claim),
    ...more,
  } as KeyStatement;
}

async function faults(statement: KeyStatement): Promise<string[]> {
  const found = await judgeKeyMaterial(statement, nodeSignatures(isAdmissible));
  return found.map(({ code, pointer }) => `${code} ${pointer}`);
}

describe('judgeKeyMaterial', () => {
  it.each(['EdDSA', 'ES256'] as const)('takes a key that proves itself: %s', async (alg) => {
    expect(await faults(await registration(await newSigner(alg)))).toEqual([]);
  });

  it('refuses a proof for another owner, purpose, statement or key, by another key, or of another kind', async () => {
    const signer = await newSigner();
    const other = await newSigner();
    const claim = { kid: signer.kid, owner: OWNER, purpose: 'event', statementId: STATEMENT_ID };
    const proofs = [
      proof(signer, { ...claim, owner: { facility: 'elsewhere' } }),
      proof(signer, { ...claim, owner: { organization: 'plant' } }),
      proof(signer, { ...claim, purpose: 'log' }),
      proof(signer, { ...claim, statementId: STATEMENT_ID.replace('1', '2') }),
      proof(signer, { ...claim, kid: other.kid }),
      proof(signer, { ...claim, more: 1 }),
      proof(other, claim),
      proof(signer, claim, 'lodemark-event+jws'),
      Promise.resolve('x'),
    ];
    for (const proofOfPossession of await Promise.all(proofs)) {
      const statement = await registration(signer, { proofOfPossession });
      expect(await faults(statement)).toEqual(['possession-not-proved /proofOfPossession']);
    }
  });

  it('refuses a proof whose signature was bent', async () => {
    const statement = await registration(await newSigner());
    const [head = '', payload = '', signature = ''] = statement.proofOfPossession.split('.');
    const bent = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    const proofOfPossession = `${head}.${payload}.${bent}`;
    expect(await faults({ ...statement, proofOfPossession })).toEqual([
      'possession-not-proved /proofOfPossession',
    ]);
  });

  it('names an id that is not the thumbprint and an algorithm that is not the key’s', async () => {
    const signer = await newSigner();
    const kid = 'k'.repeat(43);
    const claim = { kid, owner: OWNER, purpose: 'event', statementId: STATEMENT_ID };
    const statement = await registration(signer, {
      kid,
      alg: 'ES256',
      proofOfPossession: await proof(signer, claim),
    });
    expect(await faults(statement)).toEqual(['kid-mismatch /kid', 'alg-mismatch /alg']);
  });

  it('refuses a log key that is not Ed25519', async () => {
    const signer = await newSigner('ES256');
    const claim = { kid: signer.kid, owner: OWNER, purpose: 'log', statementId: STATEMENT_ID };
    const statement = await registration(signer, {
      purpose: 'log',
      proofOfPossession: await proof(signer, claim),
    });
    expect(await faults(statement)).toEqual(['log-key-not-ed25519 /jwk']);
  });

  it('refuses a low-order point, which node:crypto would verify signatures under', async () => {
    const x = Buffer.alloc(32).fill(1, 0, 1).toString('base64url');
    const statement = await registration(await newSigner(), { jwk: { kty: 'OKP', crv: 'Ed25519', x } });
    expect(await faults(statement)).toEqual(['key-refused /jwk/x']);
  });
});
