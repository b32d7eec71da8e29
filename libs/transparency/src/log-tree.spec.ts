import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { concatBytes, toUtf8 } from './bytes.js';
import { verifyConsistency } from './consistency-proof.js';
import { verifyInclusion } from './inclusion-proof.js';
import { LogTree } from './log-tree.js';
import { EMPTY_ROOT, leafHash, rootOf } from './merkle.js';

const LEAVES = Array.from({ length: 70 }, (_, i) => leafHash(toUtf8(String(i))));
const tree = new LogTree(concatBytes(...LEAVES));
const sizes = fc.tuple(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 70 }));

describe('a tree over leaf hashes that are at hand', () => {
  it('has at every size the root that RFC 6962 gives', () => {
    expect(tree.size).toBe(70);
    expect(tree.rootAt(0)).toEqual(EMPTY_ROOT);
    for (let size = 1; size <= 70; size += 1)
      expect(tree.rootAt(size)).toEqual(rootOf(LEAVES.slice(0, size)));
  });

  it('proves what is in it, and that it grew', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, async ([a, b]) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const claim = {
          ...{ oldSize: from, oldRoot: tree.rootAt(from), newSize: to, newRoot: tree.rootAt(to) },
          proof: await tree.consistency(from, to),
        };
        expect(verifyConsistency(claim)).toBe(true);
        const index = from - 1;
        const proof = await tree.inclusion(index);
        expect(verifyInclusion({ index, size: 70, leaf: LEAVES[index]!, root: tree.rootAt(70), proof })).toBe(
          true,
        );
      }),
    );
  });

  it('has no part beyond its end', () => {
    expect(() => tree.rootAt(71)).toThrow(expect.objectContaining({ code: 'bad-range' }));
    expect(() => tree.rootAt(128)).toThrow(expect.objectContaining({ code: 'bad-range' }));
  });
});
