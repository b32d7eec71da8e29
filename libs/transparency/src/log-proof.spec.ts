import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mutationsOf } from '../test/mutations.js';
import { codesOf, keyOf } from '../test/notes.js';
import { leafReader, leavesOf } from '../test/trees.js';
import { TIME, checkpointOf, cosignedBy, noteWith, witnessKey } from '../test/witnesses.js';
import { formatCosignerKey } from './cosigner-key.js';
import { inclusionProof } from './inclusion-proof.js';
import { formatLogProof, parseLogProof, verifyLogProof, type LogProof } from './log-proof.js';
import { rootOf } from './merkle.js';
import { parseTrustPolicy } from './trust-policy.js';
import { formatVerifierKey } from './verifier-key.js';
import { webCryptoSignatures } from './web-crypto-signatures.js';

const leaves = leavesOf(13);
const checkpoint = checkpointOf(13, rootOf(leaves));
const note = await noteWith(checkpoint, [await cosignedBy(1, checkpoint)]);
const logProof: LogProof = { index: 9, proof: await inclusionProof(9, 13, leafReader(leaves)), note };
const file = formatLogProof({ ...logProof, extra: Uint8Array.of(1, 2, 3) });
const policy = parseTrustPolicy(
  `log ${formatVerifierKey(keyOf(0))}\nwitness w ${formatCosignerKey(witnessKey(1))}\nquorum w\n`,
);

async function verdict(of: LogProof, leaf = leaves[9]!): Promise<Awaited<ReturnType<typeof verifyLogProof>>> {
  if (!policy.ok) throw new Error('unreadable');
  return verifyLogProof(of, { leaf, policy: policy.value, checker: webCryptoSignatures });
}

describe('a log proof', () => {
  it('reads as what was written, with extra data or without', () => {
    expect(file.split('\n').slice(0, 3)).toEqual(['c2sp.org/tlog-proof@v1', 'extra AQID', 'index 9']);
    for (const one of [logProof, { ...logProof, extra: Uint8Array.of(1, 2, 3) }, { ...logProof, proof: [] }])
      expect(parseLogProof(formatLogProof(one))).toEqual({ ok: true, value: one });
    expect(formatLogProof({ ...logProof, extra: new Uint8Array() })).toBe(formatLogProof(logProof));
  });

  it('proves its leaf under a trust policy, and says whether the quorum is met', async () => {
    const result = await verdict(logProof);
    expect(result).toMatchObject({ ok: true, value: { checkpoint, quorumMet: true } });
    expect(result.ok && result.value.cosignatures.map(({ time }) => time)).toEqual([TIME]);
    expect(await verdict({ ...logProof, note: await noteWith(checkpoint, []) })).toMatchObject({
      ok: true,
      value: { quorumMet: false },
    });
  });

  it('proves no other leaf, no other place, and nothing of a log that nobody trusts', async () => {
    expect(codesOf(await verdict(logProof, leaves[8]))).toEqual(['not-included /proof']);
    expect(codesOf(await verdict({ ...logProof, index: 8 }))).toEqual(['not-included /proof']);
    expect(codesOf(await verdict({ ...logProof, index: 13 }))).toEqual(['not-included /proof']);
    expect(codesOf(await verdict({ ...logProof, proof: [...logProof.proof, leaves[0]!] }))).toEqual([
      'not-included /proof',
    ]);
    expect(codesOf(await verdict({ ...logProof, note: note.replace('\n13\n', '\n14\n') }))).toEqual([
      'signature-invalid /signatures/0',
    ]);
    expect(codesOf(await verdict({ ...logProof, note: 'nothing' }))).toEqual(['no-signatures']);
  });

  it.each([
    ['another header', file.replace('@v1', '@v2'), 'not-a-log-proof'],
    ['no empty line', file.slice(0, file.indexOf('\n\n')), 'not-a-log-proof'],
    ['extra data without data', file.replace('AQID', ''), 'bad-extra /extra'],
    ['extra data with unused bits', file.replace('AQID', 'AR=='), 'bad-extra /extra'],
    ['no index', file.replace('index 9\n', ''), 'bad-index /index'],
    ['a zero before the index', file.replace('index 9', 'index 09'), 'bad-index /index'],
    ['a negative index', file.replace('index 9', 'index -9'), 'bad-index /index'],
    ['an index above 2^53', file.replace('index 9', 'index 9007199254740993'), 'bad-index /index'],
    [
      'the extra line after the index',
      file.replace('extra AQID\nindex 9', 'index 9\nextra AQID'),
      'bad-hash /proof/0',
    ],
    ['a hash of 31 bytes', formatLogProof({ ...logProof, proof: [new Uint8Array(31)] }), 'bad-hash /proof/0'],
    ['64 hashes', formatLogProof({ ...logProof, proof: leavesOf(64) }), 'too-many-hashes /proof'],
    ['half a character', `${file}\ud800`, 'not-utf8'],
    ['too many bytes', `${file}${'x'.repeat(400_000)}`, 'too-large'],
  ])('is refused with %s', (_, text, code) => {
    expect(codesOf(parseLogProof(text))).toEqual([code]);
  });

  it('lets out nothing but its own results, and takes no other spelling of what it takes', () => {
    fc.assert(
      fc.property(mutationsOf(file), (text) => {
        const result = parseLogProof(text);
        if (result.ok) expect(formatLogProof(result.value)).toBe(text);
        else expect(result.problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 2000 },
    );
  });
});
