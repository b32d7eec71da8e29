import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mutationsOf } from '../test/mutations.js';
import { ORIGIN, codesOf, keyOf } from '../test/notes.js';
import { leavesOf } from '../test/trees.js';
import { MlDsa44Witness, TIME, checkpointOf, cosignedBy, noteWith, witnessKey } from '../test/witnesses.js';
import { formatCosignerKey } from './cosigner-key.js';
import { rootOf } from './merkle.js';
import { parseTrustPolicy, type TrustPolicy } from './trust-policy.js';
import { formatVerifierKey } from './verifier-key.js';
import { webCryptoSignatures } from './web-crypto-signatures.js';
import { openWitnessed } from './witnessed.js';

const pq = new MlDsa44Witness('witness.example/pq');
const log = formatVerifierKey(keyOf(0));
const [w1, w2] = [1, 2].map((which) => formatCosignerKey(witnessKey(which))) as [string, string];
const WITNESSES = `log ${log} https://root.example/log\nwitness W1 ${w1} https://w1.example\nwitness W2 ${w2}\nwitness PQ ${pq.vkey}\n`;

function policyOf(text: string): TrustPolicy {
  const policy = parseTrustPolicy(text);
  if (!policy.ok) throw new Error(JSON.stringify(policy.problems));
  return policy.value;
}

describe('parseTrustPolicy', () => {
  it('reads logs, witnesses, groups of groups and the quorum', () => {
    const policy = policyOf(
      `# whom we trust\n\n \t${WITNESSES}group two any W1 W2\n  group all\tall two PQ  \nquorum all\nlog ${formatVerifierKey(keyOf(1, 'other.example'))}`,
    );
    expect(policy.logs.map(({ key, url }) => [key.name, url])).toEqual([
      [ORIGIN, 'https://root.example/log'],
      ['other.example', undefined],
    ]);
    expect(policy.witnesses.map(({ name, url }) => [name, url])).toEqual([
      ['W1', 'https://w1.example'],
      ['W2', undefined],
      ['PQ', undefined],
    ]);
    expect(policy.quorum).toMatchObject({
      name: 'all',
      threshold: 2,
      members: [{ name: 'two', threshold: 1 }, { name: 'PQ' }],
    });
  });

  it('takes 32 ML-DSA-44 witnesses in 32 groups', () => {
    const lines = Array.from(
      { length: 32 },
      (_, i) => `witness w${i} ${new MlDsa44Witness(`w${i}.example`, i).vkey}\n`,
    );
    const groups = Array.from({ length: 32 }, (_, i) => `group g${i} all w${i}\n`);
    const members = groups.map((_, i) => `g${i}`).join(' ');
    const policy = policyOf(
      `log ${log}\n${lines.join('')}${groups.join('')}group most 17 ${members}\nquorum most\n`,
    );
    expect(policy.witnesses).toHaveLength(32);
  });

  it.each([
    ['no quorum', WITNESSES, ['no-quorum']],
    ['two quorums', `${WITNESSES}quorum W1\nquorum none\n`, ['duplicate-quorum /lines/5']],
    ['a quorum defined later', `quorum W1\n${WITNESSES}`, ['undefined-name /lines/0']],
    [
      'a group of names defined later',
      `group g any W1\n${WITNESSES}quorum none\n`,
      ['undefined-name /lines/0'],
    ],
    ['an unknown word', `${WITNESSES}quorum none\nwitnesses 2\n`, ['malformed-line /lines/5']],
    ['a quorum without name', `${WITNESSES}quorum\n`, ['malformed-line /lines/4', 'no-quorum']],
    ['a quorum of two names', `${WITNESSES}quorum W1 W2\n`, ['malformed-line /lines/4', 'no-quorum']],
    [
      'a witness in two groups',
      `${WITNESSES}group a any W1\ngroup b any W1\nquorum none\n`,
      ['in-two-groups /lines/5'],
    ],
    [
      'a witness twice in a group',
      `${WITNESSES}group a 2 W1 W1\nquorum a\n`,
      ['in-two-groups /lines/4', 'undefined-name /lines/5'],
    ],
    ['a group of itself', `${WITNESSES}group a any a\nquorum none\n`, ['undefined-name /lines/4']],
    ['none as a member', `${WITNESSES}group a any none W1\nquorum none\n`, ['undefined-name /lines/4']],
    ['none as a name', `${WITNESSES}group none any W1\nquorum none\n`, ['duplicate-name /lines/4']],
    ['a name defined twice', `${WITNESSES}group W1 any W2\nquorum none\n`, ['duplicate-name /lines/4']],
    ['a threshold of 0', `${WITNESSES}group a 0 W1\nquorum none\n`, ['bad-threshold /lines/4']],
    [
      'a threshold above the members',
      `${WITNESSES}group a 3 W1 W2\nquorum none\n`,
      ['bad-threshold /lines/4'],
    ],
    [
      'a threshold with a zero before',
      `${WITNESSES}group a 01 W1 W2\nquorum none\n`,
      ['bad-threshold /lines/4'],
    ],
    ['a group without members', `${WITNESSES}group a any\nquorum none\n`, ['malformed-line /lines/4']],
    ['a log key for a witness', `witness a ${log}\nquorum none\n`, ['unsupported-key-type /lines/0']],
    ['a witness key for a log', `log ${w1}\nquorum none\n`, ['unsupported-key-type /lines/0']],
    ['a key that is none', 'log x\nquorum none\n', ['bad-vkey /lines/0']],
    [
      'the same log twice',
      `${WITNESSES}log ${formatVerifierKey(keyOf(0, 'other'))}\nquorum none\n`,
      ['duplicate-key /lines/4'],
    ],
    [
      'one witness under two names',
      `${WITNESSES}witness W3 ${formatCosignerKey(witnessKey(1, 'another.example'))}\nquorum none\n`,
      ['duplicate-key /lines/4'],
    ],
    ['a carriage return', 'quorum none\r\n', ['control-character /lines/0', 'no-quorum']],
    ['a form feed in a comment', '# \f\nquorum none\n', ['control-character /lines/0']],
    ['half a character', 'quorum none\n# \ud800\n', ['not-well-formed']],
    ['more than 256 KiB', `quorum none\n#${'x'.repeat(256 * 1024)}`, ['too-large']],
  ])('refuses %s', (_, text, codes) => {
    expect(codesOf(parseTrustPolicy(text))).toEqual(codes);
  });

  it('takes octets that are no UTF-8 in names and comments, and compares them as octets', () => {
    const file = (name: string, used: string): Uint8Array =>
      new Uint8Array(Buffer.from(`# \xff\n${WITNESSES}group ${name} any W1\nquorum ${used}\n`, 'latin1'));
    expect(parseTrustPolicy(file('\xfc', '\xfc')).ok).toBe(true);
    // The octet FC is not the two octets that spell the same letter in UTF-8.
    expect(codesOf(parseTrustPolicy(file('\xfc', '\xc3\xbc')))).toEqual(['undefined-name /lines/6']);
    const kelvin = `${WITNESSES}group K any W1\nquorum \u212a\n`;
    expect(codesOf(parseTrustPolicy(kelvin))).toEqual(['undefined-name /lines/5']);
  });

  it('lets out nothing but its own results, and no policy without a way to its quorum', () => {
    const text = `${WITNESSES}group two any W1 W2\ngroup all all two PQ\nquorum all\n`;
    fc.assert(
      fc.property(mutationsOf(text), (mutated) => {
        const policy = parseTrustPolicy(mutated);
        if (!policy.ok) expect(policy.problems.length).toBeGreaterThan(0);
        else
          expect(new Set(policy.value.witnesses.map(({ key }) => key)).size).toBe(
            policy.value.witnesses.length,
          );
      }),
      { numRuns: 500 },
    );
  });
});

describe('openWitnessed', () => {
  const checkpoint = checkpointOf(5, rootOf(leavesOf(5)));
  const open = (note: string, quorum: string): ReturnType<typeof openWitnessed> =>
    openWitnessed(
      note,
      policyOf(`${WITNESSES}group both all W1 PQ\ngroup most 2 W2 both\nquorum ${quorum}\n`),
      webCryptoSignatures,
    );

  it('says who cosigned when and whether that is enough', async () => {
    const note = await noteWith(checkpoint, [
      await cosignedBy(1, checkpoint),
      pq.cosign(checkpoint, TIME + 1),
    ]);
    const met = await open(note, 'both');
    expect(met).toMatchObject({ ok: true, value: { checkpoint, quorumMet: true } });
    expect(met.ok && met.value.cosignatures.map(({ witness, time }) => [witness.name, time])).toEqual([
      ['W1', TIME],
      ['PQ', TIME + 1],
    ]);
    for (const [quorum, isMet] of [
      ['none', true],
      ['W1', true],
      ['W2', false],
      ['most', false],
    ] as const)
      expect(await open(note, quorum)).toMatchObject({ ok: true, value: { quorumMet: isMet } });
  });

  it('counts a witness that cosigned twice, or under two names, once', async () => {
    const [twice, renamed] = [
      [await cosignedBy(1, checkpoint), await cosignedBy(1, checkpoint, { time: TIME + 1 })],
      [await cosignedBy(1, checkpoint), await cosignedBy(1, checkpoint, { name: 'another.example' })],
    ];
    for (const cosignatures of [twice, renamed])
      expect(await open(await noteWith(checkpoint, cosignatures), 'both')).toMatchObject({
        ok: true,
        value: { quorumMet: false },
      });
  });

  it('wants the log’s own signature, whoever cosigned', async () => {
    const cosignatures = [await cosignedBy(1, checkpoint), pq.cosign(checkpoint, TIME)];
    const note = await noteWith(checkpoint, cosignatures);
    const withoutLog = note.split('\n').toSpliced(4, 1).join('\n');
    expect(codesOf(await open(withoutLog, 'both'))).toEqual(['no-known-signature']);
    const noLogs = policyOf('quorum none\n');
    expect(codesOf(await openWitnessed(note, noLogs, webCryptoSignatures))).toEqual(['no-known-signature']);
  });

  it('refuses a note with a broken cosignature of a witness that it trusts, although others are enough', async () => {
    const broken = await cosignedBy(2, { ...checkpoint, size: 6 });
    const note = await noteWith(checkpoint, [await cosignedBy(1, checkpoint), broken]);
    expect(codesOf(await open(note, 'W1'))).toEqual(['signature-invalid /signatures/2']);
  });
});
