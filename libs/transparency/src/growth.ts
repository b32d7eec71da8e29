import { fromHex } from './bytes.js';
import type { Checkpoint } from './checkpoint.js';
import { verifyConsistency } from './consistency-proof.js';

/** The tree that somebody vouched for last: a witness by cosigning, a log's signer by signing. */
export interface TreeState {
  readonly size: number;
  /** 64 lowercase hex digits. */
  readonly root: string;
}

/** "The tree of this checkpoint begins with the tree of this size." */
export interface GrowthClaim {
  readonly oldSize: number;
  readonly proof: readonly Uint8Array[];
  readonly checkpoint: Checkpoint;
}

/**
 * Why a checkpoint is not vouched for after another: the claim starts above where it ends; it starts elsewhere than
 * at the last tree; it is of the same size with another root (a fork); its proof does not hold.
 */
export type GrowthFault = 'old-size-above-size' | 'old-size-differs' | 'other-root' | 'proof-invalid';

/** What forbids vouching for a checkpoint after the last tree (undefined: there was none), or undefined if nothing does. */
export function growthFault(
  last: TreeState | undefined,
  { oldSize, proof, checkpoint }: GrowthClaim,
): GrowthFault | undefined {
  if (oldSize > checkpoint.size) return 'old-size-above-size';
  if (oldSize !== (last?.size ?? 0)) return 'old-size-differs';
  if (last !== undefined && checkpoint.size === last.size && checkpoint.root !== last.root)
    return 'other-root';
  // Every tree begins with the empty one, which needs no proof and so must have none.
  if (last === undefined || oldSize === 0) return proof.length === 0 ? undefined : 'proof-invalid';
  const holds = verifyConsistency({
    oldSize,
    oldRoot: fromHex(last.root) ?? new Uint8Array(),
    newSize: checkpoint.size,
    newRoot: fromHex(checkpoint.root) ?? new Uint8Array(),
    proof,
  });
  return holds ? undefined : 'proof-invalid';
}
