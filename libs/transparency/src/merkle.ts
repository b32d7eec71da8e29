import { concatBytes } from './bytes.js';
import { HASH_BYTES, sha256 } from './sha256.js';
import { TransparencyError } from './transparency-error.js';

/** Root hash of the empty tree: SHA-256 of nothing (RFC 6962 section 2.1). */
export const EMPTY_ROOT: Uint8Array = sha256(new Uint8Array(0));

const LEAF_PREFIX = Uint8Array.of(0);

/** SHA-256(0x00 || entry), RFC 6962 section 2.1. */
export function leafHash(entry: Uint8Array): Uint8Array {
  return sha256(concatBytes(LEAF_PREFIX, entry));
}

/** SHA-256(0x01 || left || right), RFC 6962 section 2.1. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  const input = new Uint8Array(1 + 2 * HASH_BYTES);
  input[0] = 1;
  input.set(requireHash(left), 1);
  input.set(requireHash(right), 1 + HASH_BYTES);
  return sha256(input);
}

/** Root hash over leaf hashes, in order. */
export function rootOf(leafHashes: readonly Uint8Array[]): Uint8Array {
  let level = leafHashes.map(requireHash);
  if (level.length === 0) return EMPTY_ROOT;
  // Pairing from the left and carrying an odd last node up gives the RFC's tree: each left part a power of two.
  while (level.length > 1) {
    const above: Uint8Array[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const [left, right] = level.slice(i, i + 2);
      if (left !== undefined) above.push(right === undefined ? left : nodeHash(left, right));
    }
    level = above;
  }
  return level[0] ?? EMPTY_ROOT;
}

/**
 * Root hash of perfect subtrees that stand side by side, the largest first, as in the binary form of a size.
 * Undefined for none.
 */
export function foldRight(subtrees: readonly Uint8Array[]): Uint8Array | undefined {
  return subtrees.reduceRight<Uint8Array | undefined>(
    (right, left) => (right === undefined ? left : nodeHash(left, right)),
    undefined,
  );
}

/** The hash itself. @throws TransparencyError `bad-hash` if it has not 32 bytes. */
export function requireHash(hash: Uint8Array): Uint8Array {
  if (hash.length === HASH_BYTES) return hash;
  throw new TransparencyError('bad-hash', `A SHA-256 hash has ${HASH_BYTES} bytes, not ${hash.length}.`);
}

/** A perfect subtree: the hash of leaves [index * 2^level, (index + 1) * 2^level). */
export interface NodeCoordinate {
  readonly level: number;
  readonly index: number;
}

/** Whether a number can be a tree size or an index: a whole number from 0 to 2^53 - 1. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && typeof value === 'number' && value >= 0;
}

/**
 * The perfect subtrees that make up leaves [start, end), left to right. `start` must be 0 or a multiple of a
 * power of two that is not below `end - start`, as the ranges of RFC 6962 proofs are.
 */
export function perfectSubtrees(start: number, end: number): readonly NodeCoordinate[] {
  const nodes: NodeCoordinate[] = [];
  for (let at = start; at < end;) {
    // Powers by multiplication: the 32-bit shifts of JavaScript would be wrong from 2^31 leaves on.
    let level = 0;
    let width = 1;
    while (width * 2 <= end - at) {
      width *= 2;
      level++;
    }
    nodes.push({ level, index: at / width });
    at += width;
  }
  return nodes;
}

/** Whether these are all hashes by their length. */
export function areHashes(hashes: readonly Uint8Array[]): boolean {
  return hashes.every((hash) => hash.length === HASH_BYTES);
}

/** The place of a node's parent: division, because the bit operators of JavaScript stop at 32 bits. */
export function halfOf(place: number): number {
  return Math.floor(place / 2);
}

/** Whether a node is the right one of its pair. */
export function isOdd(place: number): boolean {
  return place % 2 === 1;
}
