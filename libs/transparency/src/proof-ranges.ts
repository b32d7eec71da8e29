import { foldRight, perfectSubtrees, type NodeCoordinate } from './merkle.js';
import { TransparencyError } from './transparency-error.js';

/** Where the hashes of perfect subtrees come from: tiles, a database, a cache. */
export interface NodeReader {
  /** One hash per coordinate, in order; rejects if one cannot be had. */
  readNodes(nodes: readonly NodeCoordinate[]): Promise<readonly Uint8Array[]>;
}

/** No tree of fewer than 2^63 leaves needs more hashes (tlog-witness, tlog-proof). */
export const MAX_PROOF_LENGTH = 63;

/** Leaves [start, end), whose subtree hash is one element of a proof. */
export type LeafRange = readonly [start: number, end: number];

/** Whether [start, end) is a subtree: start a multiple of the least power of two not below its width. */
export function isSubtree(start: number, end: number): boolean {
  if (start >= end) return false;
  let width = 1;
  while (width < end - start) width *= 2;
  return start % width === 0;
}

/** The ranges of PATH(index, D[start:end]) of RFC 6962 section 2.1.1, leaf sibling first. */
export function inclusionRanges(index: number, [start, end]: LeafRange): readonly LeafRange[] {
  const ranges: LeafRange[] = [];
  for (let [low, high] = [start, end]; high - low > 1;) {
    const middle = low + splitPoint(high - low);
    ranges.push(index < middle ? [middle, high] : [low, middle]);
    if (index < middle) high = middle;
    else low = middle;
  }
  return ranges.reverse();
}

/**
 * The ranges that link the subtree [start, end) to the tree of a size; with start 0 they are PROOF(end, D[size])
 * of RFC 6962 section 2.1.2, otherwise the subtree proof of draft-ietf-plants-merkle-tree-certs.
 */
export function consistencyRanges([start, end]: LeafRange, size: number): readonly LeafRange[] {
  const ranges: LeafRange[] = [];
  let [low, high] = [0, size];
  // What remains to be found of the subtree; once a left part of it is given away, its hash is no longer known.
  let from = start;
  while (from !== low || end !== high) {
    const middle = low + splitPoint(high - low);
    if (end <= middle) {
      ranges.push([middle, high]);
      high = middle;
    } else {
      ranges.push([low, middle]);
      low = middle;
      from = Math.max(from, middle);
    }
  }
  if (from !== start) ranges.push([low, high]);
  return ranges.reverse();
}

/** The hash of each range, all nodes fetched at once. */
export async function readRanges(
  ranges: readonly LeafRange[],
  reader: NodeReader,
): Promise<readonly Uint8Array[]> {
  const parts = ranges.map(([start, end]) => perfectSubtrees(start, end));
  const hashes = await reader.readNodes(parts.flat());
  let at = 0;
  return parts.map((part) => {
    const root = foldRight(hashes.slice(at, (at += part.length)));
    if (root === undefined) throw new TransparencyError('bad-range', 'The node reader gave too few hashes.');
    return root;
  });
}

/** The largest power of two below a width of at least 2. */
function splitPoint(width: number): number {
  let power = 1;
  while (power * 2 < width) power *= 2;
  return power;
}
