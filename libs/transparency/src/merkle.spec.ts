import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { mth } from '../test/naive-merkle.js';
import { frontierOf, leavesOf } from '../test/trees.js';
import { vectorJson } from '../test/vectors.js';
import { fromHex, toHex, toUtf8 } from './bytes.js';
import { Frontier } from './frontier.js';
import { EMPTY_ROOT, foldRight, leafHash, nodeHash, perfectSubtrees, rootOf } from './merkle.js';
import { sha256, sha256Hex } from './sha256.js';
import { TransparencyError } from './transparency-error.js';

interface EightLeaves {
  readonly leavesHex: readonly string[];
  readonly nodeHashesHexByLevel: readonly (readonly string[])[];
  readonly rootHashHexByTreeSize: readonly string[];
  readonly hashing: readonly { readonly desc: string; readonly want: string }[];
}

const eight = vectorJson('rfc6962-8leaves/rfc6962-8leaves.json') as EightLeaves;
const eightLeaves = eight.leavesHex.map((hex) => leafHash(fromHex(hex)!));

describe('the eight known leaves', () => {
  it('have the published leaf and node hashes', () => {
    let level = eightLeaves;
    for (const expected of eight.nodeHashesHexByLevel) {
      expect(level.map(toHex)).toEqual(expected);
      level = level.flatMap((left, i) =>
        i % 2 === 0 && level.length > 1 ? [nodeHash(left, level[i + 1]!)] : [],
      );
    }
  });

  it('have the published root at every size, by leaves and by frontier', () => {
    for (const [size, root] of eight.rootHashHexByTreeSize.entries()) {
      expect(toHex(rootOf(eightLeaves.slice(0, size)))).toBe(root);
      expect(toHex(frontierOf(eightLeaves.slice(0, size)).root())).toBe(root);
    }
  });

  it('are hashed with the published prefixes', () => {
    const [empty, emptyLeaf, leaf, rawNode] = eight.hashing.map(({ want }) => want);
    expect(toHex(EMPTY_ROOT)).toBe(empty);
    expect(toHex(leafHash(new Uint8Array()))).toBe(emptyLeaf);
    expect(toHex(leafHash(toUtf8('L123456')))).toBe(leaf);
    expect(sha256Hex(toUtf8('\u0001N123N456'))).toBe(rawNode);
  });
});

describe('sha256', () => {
  it('agrees with Node on every length around the block size', () => {
    for (let length = 0; length < 200; length++) {
      const bytes = new Uint8Array(length).map((_, i) => i * 7 + length);
      expect(toHex(sha256(bytes))).toBe(createHash('sha256').update(bytes).digest('hex'));
    }
  });
});

describe('rootOf and Frontier', () => {
  const leaves = leavesOf(301);

  it('give the recursive definition’s root at every size from 0 to 300', () => {
    const frontier = Frontier.empty();
    for (let size = 0; size <= 300; size++) {
      const expected = toHex(mth(leaves.slice(0, size)));
      expect(toHex(rootOf(leaves.slice(0, size)))).toBe(expected);
      expect(toHex(frontier.root())).toBe(expected);
      expect(frontier.size).toBe(size);
      frontier.append(leaves[size]!);
    }
  });

  it.each([1023, 1024, 1025, 2100, 4097])('give it at size %d', (size) => {
    const many = leavesOf(size, 'large');
    expect(toHex(frontierOf(many).root())).toBe(toHex(mth(many)));
    expect(toHex(rootOf(many))).toBe(toHex(mth(many)));
  });

  it('refuse what is no hash', () => {
    expect(() => rootOf([new Uint8Array(31)])).toThrow(TransparencyError);
    expect(() => nodeHash(new Uint8Array(32), new Uint8Array(33))).toThrow('32 bytes');
    expect(() => Frontier.empty().append(new Uint8Array(0))).toThrow(TransparencyError);
  });
});

describe('Frontier', () => {
  it('goes on from what it wrote as if it had never stopped', () => {
    const leaves = leavesOf(600);
    let stopped = Frontier.empty();
    const running = Frontier.empty();
    for (const leaf of leaves) {
      stopped = Frontier.parse(stopped.size, stopped.serialize());
      expect(stopped.append(leaf)).toEqual(running.append(leaf));
      expect(stopped.root()).toEqual(running.root());
    }
    expect(stopped.serialize().length).toBe(32 * 4); // 600 = 512 + 64 + 16 + 8
  });

  it('keeps nothing of the buffer that it was read from', () => {
    const buffer = Buffer.from(frontierOf(leavesOf(5)).serialize());
    const frontier = Frontier.parse(5, buffer);
    buffer.fill(0);
    expect(frontier.root()).toEqual(mth(leavesOf(5)));
  });

  it('leaves its clone alone', () => {
    const frontier = frontierOf(leavesOf(5));
    const before = toHex(frontier.root());
    const clone = frontier.clone();
    clone.append(leafHash(toUtf8('one more')));
    expect([toHex(frontier.root()), frontier.size]).toEqual([before, 5]);
    expect(clone.size).toBe(6);
  });

  it('reports each full tile when its last hash arrives, with the hash of what it spans', () => {
    const leaves = leavesOf(65_536 + 300);
    const frontier = Frontier.empty();
    const completed = new Map<number, string[]>();
    for (const [i, leaf] of leaves.entries()) {
      const tiles = frontier.append(leaf);
      if (tiles.length > 0)
        completed.set(
          i + 1,
          tiles.map((tile) => `${tile.level}/${tile.index} ${toHex(tile.root)}`),
        );
    }
    expect([...completed.keys()]).toEqual(Array.from({ length: 257 }, (_, i) => (i + 1) * 256));
    for (const index of [0, 1, 77, 254]) {
      const spanned = toHex(mth(leaves.slice(index * 256, (index + 1) * 256)));
      expect(completed.get((index + 1) * 256)).toEqual([`0/${index} ${spanned}`]);
    }
    expect(completed.get(65_536)).toEqual([
      `0/255 ${toHex(mth(leaves.slice(255 * 256, 65_536)))}`,
      `1/0 ${toHex(mth(leaves.slice(0, 65_536)))}`,
    ]);
  });

  it('counts on beyond 32 and up to 53 bits', () => {
    for (const size of [2 ** 31 - 1, 2 ** 32 - 1, 2 ** 40 - 1, 2 ** 52 - 1]) {
      const subtrees = Math.log2(size + 1);
      const frontier = Frontier.parse(size, new Uint8Array(32 * subtrees).fill(7));
      const tiles = frontier.append(leafHash(toUtf8('last')));
      expect(frontier.size).toBe(size + 1);
      expect(frontier.serialize().length).toBe(32);
      expect(tiles.map(({ level }) => level)).toEqual(
        Array.from({ length: Math.floor(subtrees / 8) }, (_, level) => level),
      );
      expect(tiles[0]?.index).toBe((size + 1) / 256 - 1);
    }
  });

  it.each([
    [1, 0],
    [1, 33],
    [3, 32],
    [0, 32],
    [-1, 0],
    [0.5, 32],
    [NaN, 0],
    [2 ** 53, 32],
  ])('does not take size %d with %d bytes', (size, length) => {
    expect(() => Frontier.parse(size, new Uint8Array(length))).toThrow(TransparencyError);
  });

  it('does not grow beyond 2^53 - 1', () => {
    const full = Frontier.parse(Number.MAX_SAFE_INTEGER, new Uint8Array(32 * 53));
    expect(() => full.append(new Uint8Array(32))).toThrow(TransparencyError);
  });
});

describe('perfectSubtrees', () => {
  it('fold to the hash of any range that starts a tree', () => {
    const leaves = leavesOf(100);
    for (let end = 1; end <= 100; end++) {
      const nodes = perfectSubtrees(0, end).map(({ level, index }) =>
        rootOf(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level)),
      );
      expect(foldRight(nodes)).toEqual(mth(leaves.slice(0, end)));
    }
    expect(foldRight([])).toBeUndefined();
  });

  it('are right where 32 bits end', () => {
    expect(perfectSubtrees(0, 2 ** 33 + 1)).toEqual([
      { level: 33, index: 0 },
      { level: 0, index: 2 ** 33 },
    ]);
  });
});
