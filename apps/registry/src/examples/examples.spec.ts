import { createHash, createPrivateKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { parseVcJwt, readStatusList, signVcJwt, statusAt } from '@lodemark/certificate';
import { NodeSigner, nodeGzip, type PrivateJwk } from '@lodemark/platform';
import {
  buildJws,
  canonicalBytes,
  leafHash,
  rootOf,
  sha256Hex,
  signCheckpoint,
  toHex,
  toUtf8,
} from '@lodemark/transparency';
import { EXAMPLES } from './examples.js';

const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

function exampleKey(name: string): NodeSigner {
  const seed = createHash('sha256').update(`lodemark example key: ${name}`).digest();
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: 'der', type: 'pkcs8' });
  return NodeSigner.fromJwk(key.export({ format: 'jwk' }) as PrivateJwk);
}

interface Registration {
  readonly kid: string;
  readonly owner: object;
  readonly purpose: string;
  readonly statementId: string;
}

function proof({ kid, owner, purpose, statementId }: Registration, signer: NodeSigner): Promise<string> {
  return buildJws(canonicalBytes({ kid, owner, purpose, statementId }), signer, 'lodemark-pop+jws');
}

describe('the examples', () => {
  const [first, second, third] = ['log 1', 'log 2', 'log 3'].map(exampleKey) as [
    NodeSigner,
    NodeSigner,
    NodeSigner,
  ];

  it('hold keys that prove themselves', async () => {
    for (const [example, signer] of [
      [EXAMPLES.key, first],
      [EXAMPLES.rotation, third],
    ] as const) {
      expect(example.kid).toBe(signer.kid);
      expect(example.jwk).toEqual(signer.publicKey);
      expect(example.proofOfPossession).toBe(await proof(example, signer));
    }
    expect(EXAMPLES.rotatedKid).toBe(second.kid);
  });

  it('hold a rotation that the replaced key signed', async () => {
    const statementId = '3f0c2b1e-8d54-4a0b-9c7e-1b1f7a1d0006';
    const { statementId: _id, proofOfPossession: _proof, ...like } = EXAMPLES.rotation;
    const { kid, publicKey: jwk } = second;
    const body = { ...like, statementId, kid, jwk };
    const proofOfPossession = await proof(body, second);
    const statement = { ...body, proofOfPossession, v: 1, type: 'KeyRotated', replaces: first.kid };
    const jws = await buildJws(canonicalBytes(statement), first, 'lodemark-statement+jws');
    expect(EXAMPLES.signedStatement).toBe(jws);
  });

  it('hold a certificate and a status list that the same key signed, the list with its reason', async () => {
    const certifier = exampleKey('certificates');
    expect(EXAMPLES.certificateKey).toMatchObject({ kid: certifier.kid, jwk: certifier.publicKey });
    expect(EXAMPLES.certificateKey.proofOfPossession).toBe(await proof(EXAMPLES.certificateKey, certifier));
    for (const text of [EXAMPLES.certificate, EXAMPLES.statusList]) {
      const jwt = parseVcJwt(text);
      if ('problem' in jwt) throw new Error(jwt.problem);
      const kid = `did:web:certifier.example#${certifier.kid}`;
      expect(await signVcJwt(jwt.credential, kid, certifier)).toBe(text);
      if (text === EXAMPLES.certificate) continue;
      const list = await readStatusList(jwt.credential, nodeGzip);
      if ('problem' in list) throw new Error(list.problem);
      expect(statusAt(list, 5)).toBe(true);
      expect(list.changes.map(({ certificate }) => certificate)).toEqual([
        sha256Hex(toUtf8(EXAMPLES.certificate)),
      ]);
    }
  });

  it('hold a checkpoint of two entries, and what goes with it', async () => {
    const leaves = ['first', 'second'].map((text) => leafHash(toUtf8(`{"example":"${text}"}`)));
    const root = toHex(rootOf(leaves));
    const checkpoint = { origin: 'demo.lodemark.example/log/kokbulak', size: 2, root };
    expect(EXAMPLES.checkpoint.checkpoint).toBe(await signCheckpoint(checkpoint, first));
    expect(EXAMPLES.reattestation).toMatchObject({ size: 2, rootHash: root });
    expect(EXAMPLES.policyDigest).toBe(sha256Hex(canonicalBytes(EXAMPLES.policy.document)));
  });
});
