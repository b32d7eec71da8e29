import { concatBytes, copyOf } from './bytes.js';
import { EMPTY_ROOT, foldRight, isCount, nodeHash, requireHash } from './merkle.js';
import { HASH_BYTES } from './sha256.js';
import { TransparencyError } from './transparency-error.js';

/** Binary levels that one tile spans, and so the step from a tile's level to the next (tlog-tiles). */
const TILE_HEIGHT = 8;

/** A full tile that an append completed; `root` is the hash of the whole subtree below it. */
export interface CompletedTile {
  readonly level: number;
  readonly index: number;
  readonly root: Uint8Array;
}

/**
 * What an append-only tree must remember to go on: the hashes of its perfect subtrees, largest first, one for
 * each 1 in the binary form of its size. Mutable; `clone` before appending what may have to be undone.
 */
export class Frontier {
  private constructor(
    private leaves: number,
    private readonly subtrees: Uint8Array[],
  ) {}

  /** The frontier of the empty tree. */
  static empty(): Frontier {
    return new Frontier(0, []);
  }

  /** Reads what `serialize` wrote. @throws TransparencyError `bad-frontier` if it does not fit the size. */
  static parse(size: number, bytes: Uint8Array): Frontier {
    if (!isCount(size) || bytes.length !== HASH_BYTES * countOnes(size)) {
      throw new TransparencyError(
        'bad-frontier',
        `${bytes.length} bytes are no frontier of a tree of size ${size}.`,
      );
    }
    const subtrees: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += HASH_BYTES) subtrees.push(copyOf(bytes, at, at + HASH_BYTES));
    return new Frontier(size, subtrees);
  }

  /** How many leaves the tree has. */
  get size(): number {
    return this.leaves;
  }

  /** Adds one leaf; gives the full tiles that it completed, level 0 first (mostly none). */
  append(leaf: Uint8Array): readonly CompletedTile[] {
    if (!isCount(this.leaves + 1))
      throw new TransparencyError('bad-range', 'The tree is full at 2^53 - 1 leaves.');
    let node = requireHash(leaf);
    const completed: CompletedTile[] = [];
    // `index` is the node's place on its level; an odd one closes a pair, and the pair is a node one level up.
    for (let level = 0, index = this.leaves; ; level++, index = (index - 1) / 2) {
      if (level > 0 && level % TILE_HEIGHT === 0) {
        completed.push({ level: level / TILE_HEIGHT - 1, index, root: node });
      }
      const left = index % 2 === 1 ? this.subtrees.pop() : undefined;
      if (left === undefined) break;
      node = nodeHash(left, node);
    }
    this.subtrees.push(node);
    this.leaves++;
    return completed;
  }

  /** The root hash of the tree as it stands (RFC 6962 section 2.1). */
  root(): Uint8Array {
    return foldRight(this.subtrees) ?? EMPTY_ROOT;
  }

  /** The subtree hashes one after the other: 32 bytes for each 1 in the binary form of `size`. */
  serialize(): Uint8Array {
    return concatBytes(...this.subtrees);
  }

  /** An independent copy. */
  clone(): Frontier {
    return new Frontier(this.leaves, [...this.subtrees]);
  }
}

function countOnes(size: number): number {
  let ones = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2;
  return ones;
}
