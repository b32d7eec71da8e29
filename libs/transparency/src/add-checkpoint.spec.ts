import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mutationsOf } from '../test/mutations.js';
import { codesOf } from '../test/notes.js';
import { leafReader, leavesOf } from '../test/trees.js';
import { vectorText } from '../test/vectors.js';
import { checkpointOf, noteWith } from '../test/witnesses.js';
import { formatAddCheckpoint, parseAddCheckpoint } from './add-checkpoint.js';
import { toHex } from './bytes.js';
import { consistencyProof } from './consistency-proof.js';
import { growthFault } from './growth.js';
import { rootOf } from './merkle.js';

const leaves = leavesOf(11);
const note = await noteWith(checkpointOf(11, rootOf(leaves)), []);
const request = { oldSize: 7, proof: await consistencyProof(7, 11, leafReader(leaves)), note };
const body = formatAddCheckpoint(request);

describe('a request to a witness', () => {
  it('reads as what was written, and as the published requests are written', () => {
    expect(parseAddCheckpoint(body)).toEqual({ ok: true, value: request });
    const bodies = ['add-checkpoint', 'sumdb-add-checkpoint'].flatMap((name) =>
      [...vectorText(`witness-protocol-litewitness/${name}.hurl`).matchAll(/```\n([^]*?)\n```/g)].map(
        ([, text]) => `${text}\n`,
      ),
    );
    expect(bodies.length).toBeGreaterThan(9);
    for (const text of bodies) {
      const read = parseAddCheckpoint(text);
      expect(read.ok && formatAddCheckpoint(read.value)).toBe(text);
    }
  });

  it.each([
    ['no empty line', 'old 0\n', 'not-a-request'],
    ['nothing', '', 'not-a-request'],
    ['no old size', body.replace('old 7\n', ''), 'bad-old-size /old'],
    ['a zero before the old size', body.replace('old 7', 'old 07'), 'bad-old-size /old'],
    ['an old size above 2^53', body.replace('old 7', 'old 9007199254740993'), 'bad-old-size /old'],
    ['a hash that is none', body.replace('old 7\n', 'old 7\nAAAA\n'), 'bad-hash /proof/0'],
    ['64 hashes', formatAddCheckpoint({ ...request, proof: leavesOf(64) }), 'too-many-hashes /proof'],
    ['half a character', `${body}\udc00`, 'not-utf8'],
    ['too many bytes', body + 'x'.repeat(300_000), 'too-large'],
  ])('is refused with %s', (_, text, code) => {
    expect(codesOf(parseAddCheckpoint(text))).toEqual([code]);
  });

  it('lets out nothing but its own results, and takes no other spelling of what it takes', () => {
    fc.assert(
      fc.property(mutationsOf(body), (text) => {
        const result = parseAddCheckpoint(text);
        if (result.ok) expect(formatAddCheckpoint(result.value)).toBe(text);
        else expect(result.problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('growthFault', () => {
  const at = (size: number): { size: number; root: string } => ({
    size,
    root: toHex(rootOf(leaves.slice(0, size))),
  });

  it('finds none in any growth of one tree, and one in every other claim', async () => {
    for (let old = 0; old <= 11; old++) {
      for (let size = old; size <= 11; size++) {
        const proof = await consistencyProof(old, size, leafReader(leaves));
        const checkpoint = checkpointOf(size, rootOf(leaves.slice(0, size)));
        const claim = { oldSize: old, proof, checkpoint };
        expect(growthFault(at(old), claim)).toBeUndefined();
        expect(growthFault(at(old), { ...claim, proof: [...proof, leaves[0]!] })).toBe('proof-invalid');
        if (old > 0) expect(growthFault(undefined, claim)).toBe('old-size-differs');
        if (old > 0)
          expect(growthFault({ size: old, root: at(old - 1).root }, claim)).toBe(
            old === size ? 'other-root' : 'proof-invalid',
          );
        expect(growthFault(at(old + 1), claim)).toBe('old-size-differs');
        expect(growthFault(at(size + 1), { ...claim, oldSize: size + 1 })).toBe('old-size-above-size');
      }
    }
  });

  it('takes any first tree without a proof, and none with one', () => {
    const checkpoint = checkpointOf(11, rootOf(leaves));
    expect(growthFault(undefined, { oldSize: 0, proof: [], checkpoint })).toBeUndefined();
    expect(growthFault(undefined, { oldSize: 0, proof: [leaves[0]!], checkpoint })).toBe('proof-invalid');
  });
});
