import { consistencyProof } from './consistency-proof.js';
import { inclusionProof } from './inclusion-proof.js';
import { EMPTY_ROOT, foldRight, nodeHash, perfectSubtrees, type NodeCoordinate } from './merkle.js';
import type { NodeReader } from './proof-ranges.js';
import { HASH_BYTES } from './sha256.js';
import { TransparencyError } from './transparency-error.js';

/** The tree over leaf hashes that are all at hand: its perfect subtrees, level by level, 64 bytes a leaf. */
export class LogTree implements NodeReader {
  private readonly levels: Uint8Array[];

  /** From the leaf hashes, one after the other. */
  constructor(leaves: Uint8Array) {
    this.levels = [leaves];
    for (let below = leaves; below.length >= 2 * HASH_BYTES;) {
      const nodes = Math.floor(below.length / (2 * HASH_BYTES));
      const level = new Uint8Array(nodes * HASH_BYTES);
      for (let node = 0; node < nodes; node += 1) {
        const middle = (2 * node + 1) * HASH_BYTES;
        const [left, right] = [
          below.subarray(middle - HASH_BYTES, middle),
          below.subarray(middle, middle + HASH_BYTES),
        ];
        level.set(nodeHash(left, right), node * HASH_BYTES);
      }
      this.levels.push(level);
      below = level;
    }
  }

  get size(): number {
    return (this.levels[0]?.length ?? 0) / HASH_BYTES;
  }

  readNodes(nodes: readonly NodeCoordinate[]): Promise<readonly Uint8Array[]> {
    return Promise.resolve(nodes.map((node) => this.node(node)));
  }

  /** Root hash of the first leaves. @throws TransparencyError `bad-range` beyond the tree */
  rootAt(size: number): Uint8Array {
    return foldRight(perfectSubtrees(0, size).map((node) => this.node(node))) ?? EMPTY_ROOT;
  }

  /** RFC 6962 inclusion proof of a leaf in the tree. */
  inclusion(index: number): Promise<readonly Uint8Array[]> {
    return inclusionProof(index, this.size, this);
  }

  /** RFC 6962 consistency proof between two sizes of the tree. */
  consistency(from: number, to = this.size): Promise<readonly Uint8Array[]> {
    return consistencyProof(from, to, this);
  }

  private node({ level, index }: NodeCoordinate): Uint8Array {
    const hashes = this.levels[level]?.slice(index * HASH_BYTES, (index + 1) * HASH_BYTES);
    if (hashes?.length === HASH_BYTES) return hashes;
    throw new TransparencyError('bad-range', `A tree of ${this.size} has no node ${level}/${index}.`);
  }
}
