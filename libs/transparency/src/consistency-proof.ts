import { equalBytes } from './bytes.js';
import { areHashes, halfOf, isCount, isOdd, nodeHash } from './merkle.js';
import {
  MAX_PROOF_LENGTH,
  consistencyRanges,
  isSubtree,
  readRanges,
  type LeafRange,
  type NodeReader,
} from './proof-ranges.js';
import { TransparencyError } from './transparency-error.js';

/** "The tree of the new size and root begins with the tree of the old size and root." */
export interface ConsistencyClaim {
  readonly oldSize: number;
  readonly oldRoot: Uint8Array;
  readonly newSize: number;
  readonly newRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** "Leaves [start, end) with this subtree hash are part of the tree of this size and root." */
export interface SubtreeConsistencyClaim {
  readonly start: number;
  readonly end: number;
  readonly subtreeRoot: Uint8Array;
  readonly size: number;
  readonly root: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/**
 * Consistency proof (RFC 6962 section 2.1.2); from the empty tree it is empty (tlog-witness).
 * @throws TransparencyError `bad-range` if the old size is above the new one.
 */
export async function consistencyProof(
  oldSize: number,
  newSize: number,
  reader: NodeReader,
): Promise<readonly Uint8Array[]> {
  if (!isCount(oldSize) || !isCount(newSize) || oldSize > newSize) {
    throw new TransparencyError('bad-range', `A tree does not grow from size ${oldSize} to ${newSize}.`);
  }
  return oldSize === 0 ? [] : readRanges(consistencyRanges([0, oldSize], newSize), reader);
}

/** Links the subtree [start, end) to the tree of a size. @throws TransparencyError `bad-range`. */
export async function subtreeConsistencyProof(
  [start, end]: LeafRange,
  size: number,
  reader: NodeReader,
): Promise<readonly Uint8Array[]> {
  if (![start, end, size].every(isCount) || end > size || !isSubtree(start, end)) {
    throw new TransparencyError('bad-range', `No subtree [${start}, ${end}) in a tree of size ${size}.`);
  }
  return readRanges(consistencyRanges([start, end], size), reader);
}

/**
 * Whether a consistency proof holds (RFC 9162 section 2.1.4.2). A malformed claim is false, never an error; so
 * is one from size 0, which proves nothing: whoever knew only the empty tree needs no proof.
 */
export function verifyConsistency({ oldSize, oldRoot, newSize, newRoot, proof }: ConsistencyClaim): boolean {
  return verifySubtreeConsistency({
    start: 0,
    end: oldSize,
    subtreeRoot: oldRoot,
    size: newSize,
    root: newRoot,
    proof,
  });
}

/**
 * Whether a subtree proof holds (draft-ietf-plants-merkle-tree-certs). With start 0 this is step for step the
 * algorithm of RFC 9162 section 2.1.4.2, where `first` is constantly 0.
 */
export function verifySubtreeConsistency(claim: SubtreeConsistencyClaim): boolean {
  const { start, end, subtreeRoot, size, root, proof } = claim;
  if (![start, end, size].every(isCount) || end > size || !isSubtree(start, end)) return false;
  if (proof.length > MAX_PROOF_LENGTH || !areHashes([subtreeRoot, root, ...proof])) return false;
  // Places on the current level: of the subtree's first and last leaf, and of the tree's last leaf.
  let [first, last, edge] = [start, end - 1, size - 1];
  const climb = (): void => void ([first, last, edge] = [halfOf(first), halfOf(last), halfOf(edge)]);
  // Up to the largest perfect right part of the subtree; if that is all of it, its hash is known already.
  while (first !== last && (isOdd(last) || last === edge)) climb();
  const [given, ...siblings] = first === last ? [subtreeRoot, ...proof] : proof;
  if (given === undefined) return false;
  let [subtreeHash, treeHash] = [given, given];
  for (const sibling of siblings) {
    if (edge === 0) return false;
    if (isOdd(last) || last === edge) {
      if (first < last) subtreeHash = nodeHash(sibling, subtreeHash);
      treeHash = nodeHash(sibling, treeHash);
      while (last !== 0 && !isOdd(last)) climb();
    } else {
      treeHash = nodeHash(treeHash, sibling);
    }
    climb();
  }
  return edge === 0 && equalBytes(subtreeHash, subtreeRoot) && equalBytes(treeHash, root);
}
