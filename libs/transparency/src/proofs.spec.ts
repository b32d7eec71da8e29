import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { path, mth, proof as naiveProof } from '../test/naive-merkle.js';
import { frontierOf, leafReader, leavesOf, tileStore } from '../test/trees.js';
import { vectorJson, vectorPaths } from '../test/vectors.js';
import { fromBase64 } from './base64.js';
import { toHex } from './bytes.js';
import {
  consistencyProof,
  subtreeConsistencyProof,
  verifyConsistency,
  verifySubtreeConsistency,
} from './consistency-proof.js';
import {
  inclusionProof,
  subtreeInclusionProof,
  verifyInclusion,
  verifySubtreeInclusion,
} from './inclusion-proof.js';
import { nodeHash, rootOf } from './merkle.js';
import { isSubtree, type LeafRange } from './proof-ranges.js';
import { tileNodes } from './tile-nodes.js';
import { TransparencyError } from './transparency-error.js';

interface Vector {
  readonly desc: string;
  readonly wantErr: boolean;
  readonly proof: readonly string[] | null;
  readonly leafIdx: number;
  readonly leafHash: string;
  readonly treeSize: number;
  readonly root: string;
  readonly size1: number;
  readonly size2: number;
  readonly root1: string;
  readonly root2: string;
  readonly start?: number;
  readonly end?: number;
  readonly size: number;
}

function vectors(folder: string): readonly (readonly [string, Vector])[] {
  const paths = vectorPaths(`transparency-dev-merkle/testdata/${folder}`);
  return paths.map((one) => [one, vectorJson(one) as Vector]);
}

function bytes(base64: string | null): Uint8Array {
  return fromBase64(base64 ?? '') ?? new Uint8Array();
}

function proofOf(vector: Vector): readonly Uint8Array[] {
  return (vector.proof ?? []).map(bytes);
}

/**
 * We refuse a little more than the vectors' authors: "roots" that have not the length of a hash, and the empty
 * subtree, which they call consistent with any root at all.
 */
function isRefusedByUs({ root1, root2, start, end }: Vector): boolean {
  return [root1, root2].some((root) => bytes(root).length !== 32) || (start !== undefined && start === end);
}

describe('the published proof vectors', () => {
  it.each([
    ['inclusion', 98],
    ['consistency', 98],
    ['subtreeinclusion', 204],
    ['subtreeconsistency', 118],
  ])('are all there: %s', (folder, count) => {
    expect(vectors(folder)).toHaveLength(count);
  });

  it.each([
    ['consistency', 1],
    ['subtreeconsistency', 7],
  ])('hold for us too, but for few: %s', (folder, count) => {
    const stricter = vectors(folder).filter(([, vector]) => !vector.wantErr && isRefusedByUs(vector));
    expect(stricter).toHaveLength(count);
  });

  it.each(vectors('inclusion'))('%s', (_, vector) => {
    const claim = { leaf: bytes(vector.leafHash), index: vector.leafIdx, size: vector.treeSize };
    expect(verifyInclusion({ ...claim, root: bytes(vector.root), proof: proofOf(vector) })).toBe(
      !vector.wantErr,
    );
  });

  it.each(vectors('consistency'))('%s', (_, vector) => {
    const old = { oldSize: vector.size1, oldRoot: bytes(vector.root1) };
    const grown = { newSize: vector.size2, newRoot: bytes(vector.root2), proof: proofOf(vector) };
    expect(verifyConsistency({ ...old, ...grown })).toBe(!vector.wantErr && !isRefusedByUs(vector));
  });

  it.each(vectors('subtreeinclusion'))('%s', (_, vector) => {
    const { leafIdx: index, start = NaN, end = NaN } = vector;
    const claim = { leaf: bytes(vector.leafHash), index, start, end, root: bytes(vector.root) };
    expect(verifySubtreeInclusion({ ...claim, proof: proofOf(vector) })).toBe(!vector.wantErr);
  });

  it.each(vectors('subtreeconsistency'))('%s', (_, vector) => {
    const { start = NaN, end = NaN, size } = vector;
    const claim = { start, end, subtreeRoot: bytes(vector.root1), size, root: bytes(vector.root2) };
    const expected = !vector.wantErr && !isRefusedByUs(vector);
    expect(verifySubtreeConsistency({ ...claim, proof: proofOf(vector) })).toBe(expected);
  });
});

describe('proofs of small trees', () => {
  it('are those of the recursive definition and hold, for every index and size to 40', async () => {
    const leaves = leavesOf(40);
    for (let size = 1; size <= 40; size++) {
      const [reader, root] = [leafReader(leaves.slice(0, size)), mth(leaves.slice(0, size))];
      for (let index = 0; index < size; index++) {
        const proof = await inclusionProof(index, size, reader);
        expect(proof.map(toHex)).toEqual(path(index, leaves.slice(0, size)).map(toHex));
        expect(verifyInclusion({ leaf: leaves[index]!, index, size, root, proof })).toBe(true);
      }
      for (let oldSize = 1; oldSize <= size; oldSize++) {
        const proof = await consistencyProof(oldSize, size, reader);
        expect(proof.map(toHex)).toEqual(naiveProof(oldSize, leaves.slice(0, size)).map(toHex));
        const oldRoot = mth(leaves.slice(0, oldSize));
        expect(verifyConsistency({ oldSize, oldRoot, newSize: size, newRoot: root, proof })).toBe(true);
      }
    }
  });

  it('of subtrees hold for every subtree of every tree to 26, and for no other range', async () => {
    const leaves = leavesOf(26);
    for (let size = 1; size <= 26; size++) {
      const [reader, root] = [leafReader(leaves.slice(0, size)), mth(leaves.slice(0, size))];
      for (const [start, end] of rangesBelow(size)) {
        const range: LeafRange = [start, end];
        if (!isSubtree(start, end)) {
          await expect(subtreeConsistencyProof(range, size, reader)).rejects.toThrow(TransparencyError);
          continue;
        }
        const subtreeRoot = mth(leaves.slice(start, end));
        const proof = await subtreeConsistencyProof(range, size, reader);
        const claim = { start, end, subtreeRoot, size, root, proof };
        expect(verifySubtreeConsistency(claim)).toBe(true);
        expect(verifySubtreeConsistency({ ...claim, subtreeRoot: leaves[0]! })).toBe(
          size === 1 || (end - start === 1 && start === 0),
        );
        const index = start + ((end - start) >> 1);
        const inside = await subtreeInclusionProof(index, range, reader);
        expect(
          verifySubtreeInclusion({
            leaf: leaves[index]!,
            index,
            start,
            end,
            root: subtreeRoot,
            proof: inside,
          }),
        ).toBe(true);
      }
    }
  });

  it('are empty from the empty tree, prove nothing about it, and are not made out of range', async () => {
    const reader = leafReader(leavesOf(3));
    expect(await consistencyProof(0, 3, reader)).toEqual([]);
    const empty = rootOf([]);
    expect(verifyConsistency({ oldSize: 0, oldRoot: empty, newSize: 3, newRoot: empty, proof: [] })).toBe(
      false,
    );
    for (const [index, size] of [
      [3, 3],
      [0, 0],
      [-1, 3],
      [0.5, 3],
      [0, 2 ** 53],
      [NaN, 3],
    ] as const) {
      await expect(inclusionProof(index, size, reader)).rejects.toMatchObject({ code: 'bad-range' });
    }
    await expect(subtreeInclusionProof(2, [1, 3], reader)).rejects.toMatchObject({ code: 'bad-range' });
    await expect(consistencyProof(4, 3, reader)).rejects.toMatchObject({ code: 'bad-range' });
  });
});

describe('a proof that was tampered with', () => {
  const SIZE = 300;
  const leaves = leavesOf(SIZE);
  const reader = leafReader(leaves);
  const root = mth(leaves);

  it('never holds: one bit, one element more or less, another place', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(SIZE - 1), fc.nat(), fc.nat(255), async (index, at, bit) => {
        const proof = await inclusionProof(index, SIZE, reader);
        const claim = { leaf: leaves[index]!, index, size: SIZE, root, proof };
        const flipped = proof.map((hash, i) => (i === at % proof.length ? flip(hash, bit) : hash));
        const without = proof.filter((_, i) => i !== at % proof.length);
        expect(verifyInclusion(claim)).toBe(true);
        expect(verifyInclusion({ ...claim, proof: flipped })).toBe(false);
        expect(verifyInclusion({ ...claim, proof: without })).toBe(false);
        expect(verifyInclusion({ ...claim, proof: [...proof, root] })).toBe(false);
        expect(verifyInclusion({ ...claim, leaf: flip(claim.leaf, bit) })).toBe(false);
        expect(verifyInclusion({ ...claim, root: flip(root, bit) })).toBe(false);
        expect(verifyInclusion({ ...claim, index: (index + 1 + (at % (SIZE - 1))) % SIZE })).toBe(false);
      }),
      { numRuns: 200 },
    );
  });

  it('never makes another history of the same log', async () => {
    const other = [...leaves.slice(0, 99), ...leavesOf(SIZE - 99, 'rewritten')];
    for (const oldSize of [100, 128, 200, 256, 299, 300]) {
      const oldRoot = mth(leaves.slice(0, oldSize));
      for (const forged of [
        await consistencyProof(oldSize, SIZE, leafReader(other)),
        await consistencyProof(oldSize, SIZE, reader),
      ]) {
        const claim = { oldSize, oldRoot, newSize: SIZE, newRoot: mth(other), proof: forged };
        expect(verifyConsistency(claim)).toBe(false);
      }
    }
  });

  it('never reaches above its tree: a root with more above it is the root of another tree', async () => {
    const [leaf, sibling] = [leaves[0]!, leaves[1]!];
    for (const above of [nodeHash(sibling, leaf), nodeHash(leaf, sibling)]) {
      expect(verifyInclusion({ leaf, index: 0, size: 1, root: above, proof: [sibling] })).toBe(false);
      const grown = { oldSize: 1, oldRoot: leaf, newSize: 1, newRoot: above, proof: [sibling] };
      expect(verifyConsistency(grown)).toBe(false);
    }
    for (const oldSize of [1, 100, 256, 299]) {
      const proof = await consistencyProof(oldSize, SIZE, reader);
      const claim = { oldSize, oldRoot: mth(leaves.slice(0, oldSize)), newSize: SIZE };
      for (const above of [nodeHash(sibling, root), nodeHash(root, sibling)]) {
        expect(verifyConsistency({ ...claim, newRoot: above, proof: [...proof, sibling] })).toBe(false);
      }
    }
  });

  it('is refused beyond 63 hashes, and with hashes of another length', async () => {
    const proof = await inclusionProof(5, SIZE, reader);
    const claim = { leaf: leaves[5]!, index: 5, size: SIZE, root, proof };
    const long = Array<Uint8Array>(64).fill(root);
    expect(verifyInclusion({ ...claim, size: Number.MAX_SAFE_INTEGER, proof: long })).toBe(false);
    expect(verifyInclusion({ ...claim, proof: [proof[0]!.slice(1), ...proof.slice(1)] })).toBe(false);
    expect(verifyInclusion({ ...claim, root: root.slice(1) })).toBe(false);
    expect(verifyConsistency({ oldSize: 1, oldRoot: root, newSize: 2, newRoot: root, proof: long })).toBe(
      false,
    );
  });

  it('is false, never an error, for sizes that are no sizes', () => {
    const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(2 ** 53, 2 ** 53 - 1, -0, 2 ** 32));
    const claim = fc.record({ start: number, end: number, size: number, hashes: fc.nat(70) });
    fc.assert(
      fc.property(claim, ({ start, end, size, hashes }) => {
        const proof = Array<Uint8Array>(hashes).fill(root);
        expect(verifyInclusion({ leaf: root, index: start, size: end, root, proof: [...proof, root] })).toBe(
          false,
        );
        // Only a whole tree is consistent with its own root, and needs no proof.
        const isWhole = start === 0 && end === size && Number.isSafeInteger(size) && size > 0;
        const answer = verifySubtreeConsistency({ start, end, subtreeRoot: root, size, root, proof });
        expect(answer).toBe(isWhole && hashes === 0);
      }),
    );
  });
});

describe('proofs of trees beyond 32 bits', () => {
  it('hold at sizes that 32-bit arithmetic would fold together', () => {
    // A tree of 2^52 equal leaves: the hash of each level is known without building it.
    const levels = [leavesOf(1)[0]!];
    for (let level = 0; level < 52; level++) levels.push(nodeHash(levels[level]!, levels[level]!));
    const claim = { leaf: levels[0]!, size: 2 ** 52, root: levels[52]!, proof: levels.slice(0, 52) };
    for (const index of [0, 1, 2 ** 31, 2 ** 32, 2 ** 40 + 12345, 2 ** 52 - 1]) {
      expect(verifyInclusion({ ...claim, index })).toBe(true);
    }
    expect(verifyInclusion({ ...claim, index: 0, size: 2 ** 51 })).toBe(false);
    const half = { oldSize: 2 ** 51, oldRoot: levels[51]!, newSize: 2 ** 52, newRoot: levels[52]! };
    expect(verifyConsistency({ ...half, proof: [levels[51]!] })).toBe(true);
    expect(verifyConsistency({ ...half, oldSize: 2 ** 19, proof: [levels[51]!] })).toBe(false);
  });

  it('are planned there without a loop too many', async () => {
    const asked: number[] = [];
    const reader = {
      readNodes: (nodes: readonly { level: number }[]) => {
        asked.push(nodes.length);
        return Promise.resolve(nodes.map(() => new Uint8Array(32)));
      },
    };
    expect(await inclusionProof(2 ** 33 + 5, 2 ** 53 - 1, reader)).toHaveLength(53);
    expect((await consistencyProof(2 ** 33 + 5, 2 ** 53 - 1, reader)).length).toBeLessThan(63);
    expect(Math.max(...asked)).toBeLessThan(110);
  });
});

describe('tileNodes', () => {
  it('proves from tiles what the leaves prove, on two levels of tiles', async () => {
    const SIZE = 66_000;
    const leaves = leavesOf(SIZE);
    const { tiles } = tileStore(leaves);
    const root = frontierOf(leaves).root();
    for (const size of [SIZE, 65_536, 65_537, 256, 257, 1000, 1]) {
      const [nodes, treeRoot] = [tileNodes(size, tiles), frontierOf(leaves.slice(0, size)).root()];
      for (const index of [0, 1, 255, 256, 257, 65_535, 65_536, size - 1].filter((one) => one < size)) {
        const proof = await inclusionProof(index, size, nodes);
        expect(verifyInclusion({ leaf: leaves[index]!, index, size, root: treeRoot, proof })).toBe(true);
      }
      const grown = { oldSize: size, oldRoot: treeRoot, newSize: SIZE, newRoot: root };
      expect(
        verifyConsistency({ ...grown, proof: await consistencyProof(size, SIZE, tileNodes(SIZE, tiles)) }),
      ).toBe(true);
    }
  }, 30_000);

  it('reads each tile once for one proof', async () => {
    const { tiles, reads } = tileStore(leavesOf(1000));
    await inclusionProof(600, 1000, tileNodes(1000, tiles));
    expect(reads.toSorted()).toEqual(['tile/0/002', 'tile/0/003.p/232', 'tile/1/000.p/3']);
  });

  it('takes no tile of another width, and no node that the tree lacks', async () => {
    const short = { readTile: () => Promise.resolve(new Uint8Array(32)) };
    await expect(tileNodes(1000, short).readNodes([{ level: 0, index: 3 }])).rejects.toMatchObject({
      code: 'bad-tile',
    });
    await expect(tileNodes(3, short).readNodes([{ level: 1, index: 1 }])).rejects.toMatchObject({
      code: 'bad-range',
    });
  });
});

function flip(hash: Uint8Array, bit: number): Uint8Array {
  const copy = hash.slice();
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
}

function rangesBelow(size: number): LeafRange[] {
  const all: LeafRange[] = [];
  for (let start = 0; start < size; start++)
    for (let end = start + 1; end <= size; end++) all.push([start, end]);
  return all;
}
