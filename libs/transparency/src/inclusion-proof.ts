import { equalBytes } from './bytes.js';
import { areHashes, halfOf, isCount, isOdd, nodeHash } from './merkle.js';
import {
  MAX_PROOF_LENGTH,
  inclusionRanges,
  isSubtree,
  readRanges,
  type LeafRange,
  type NodeReader,
} from './proof-ranges.js';
import { TransparencyError } from './transparency-error.js';

/** "This leaf stands at this index in the tree of this size and root." */
export interface InclusionClaim {
  readonly leaf: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly root: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** "This leaf stands at this index, and leaves [start, end) have this subtree hash." */
export interface SubtreeInclusionClaim {
  readonly leaf: Uint8Array;
  readonly index: number;
  readonly start: number;
  readonly end: number;
  readonly root: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/**
 * Inclusion proof, leaf sibling first (RFC 6962 section 2.1.1).
 * @throws TransparencyError `bad-range` if the index is not below the size.
 */
export async function inclusionProof(
  index: number,
  size: number,
  reader: NodeReader,
): Promise<readonly Uint8Array[]> {
  if (!isCount(index) || !isCount(size) || index >= size) {
    throw new TransparencyError('bad-range', `No leaf ${index} in a tree of size ${size}.`);
  }
  return readRanges(inclusionRanges(index, [0, size]), reader);
}

/** Whether an inclusion proof holds (RFC 9162 section 2.1.3.2). A malformed claim is false, never an error. */
export function verifyInclusion({ leaf, index, size, root, proof }: InclusionClaim): boolean {
  if (!isCount(index) || !isCount(size) || index >= size) return false;
  if (proof.length > MAX_PROOF_LENGTH || !areHashes([leaf, root, ...proof])) return false;
  let at = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (isOdd(at) || at === last) {
      hash = nodeHash(sibling, hash);
      // On the right edge a node without a sibling goes up unchanged.
      for (; at !== 0 && !isOdd(at); at = halfOf(at)) last = halfOf(last);
    } else {
      hash = nodeHash(hash, sibling);
    }
    at = halfOf(at);
    last = halfOf(last);
  }
  return last === 0 && equalBytes(hash, root);
}

/** As {@link inclusionProof}, in the subtree [start, end) of a log. @throws TransparencyError `bad-range`. */
export async function subtreeInclusionProof(
  index: number,
  [start, end]: LeafRange,
  reader: NodeReader,
): Promise<readonly Uint8Array[]> {
  if (![index, start, end].every(isCount) || index < start || index >= end || !isSubtree(start, end)) {
    throw new TransparencyError('bad-range', `No leaf ${index} in a subtree [${start}, ${end}).`);
  }
  return readRanges(inclusionRanges(index, [start, end]), reader);
}

/** As {@link verifyInclusion}, in a subtree of a log (draft-ietf-plants-merkle-tree-certs). */
export function verifySubtreeInclusion(claim: SubtreeInclusionClaim): boolean {
  const { leaf, index, start, end, root, proof } = claim;
  if (![index, start, end].every(isCount) || index < start || !isSubtree(start, end)) return false;
  return verifyInclusion({ leaf, index: index - start, size: end - start, root, proof });
}
