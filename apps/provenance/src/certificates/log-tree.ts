import {
  inclusionProof,
  consistencyProof,
  nodeHash,
  toBase64,
  type NodeReader,
} from '@lodemark/transparency';
import type { Pool } from 'pg';

/** Trees kept: one for each log that is asked about. */
const MOST_TREES = 16;
const HASH = 32;

/** Proofs over a log's entries as they are held here: its tree, made of its leaf hashes, and kept while it is asked for. */
export class LogTrees {
  private readonly trees = new Map<string, Promise<LogTree>>();

  constructor(private readonly pool: Pool) {}

  /** The tree of the first `size` entries; `root` tells apart what was undone and came back otherwise. */
  async of(origin: string, size: number, root: string): Promise<LogTree> {
    const name = `${origin} ${String(size)} ${root}`;
    const known = this.trees.get(name);
    const tree = known ?? this.read(origin, size);
    this.trees.delete(name);
    this.trees.set(name, tree);
    const [oldest] = this.trees.keys();
    if (this.trees.size > MOST_TREES && oldest !== undefined) this.trees.delete(oldest);
    tree.catch(() => this.trees.delete(name));
    return tree;
  }

  private async read(origin: string, size: number): Promise<LogTree> {
    const { rows } = await this.pool.query<{ leaves: Buffer | null }>(
      `SELECT string_agg(leaf, ''::bytea ORDER BY idx) AS leaves FROM entry WHERE origin = $1 AND idx < $2`,
      [origin, size],
    );
    const leaves = rows[0]?.leaves;
    if (leaves === null || leaves === undefined || leaves.length !== size * HASH) {
      throw new Error(`${origin} is not held up to ${String(size)}`);
    }
    return new LogTree(size, leaves);
  }
}

/** The perfect subtrees of a log, level by level. */
export class LogTree {
  private readonly levels: Uint8Array[];

  constructor(
    readonly size: number,
    leaves: Uint8Array,
  ) {
    this.levels = [leaves];
    for (let below = leaves; below.length >= 2 * HASH;) {
      const nodes = Math.floor(below.length / (2 * HASH));
      const level = new Uint8Array(nodes * HASH);
      for (let node = 0; node < nodes; node += 1) {
        const at = 2 * node * HASH;
        level.set(
          nodeHash(below.subarray(at, at + HASH), below.subarray(at + HASH, at + 2 * HASH)),
          node * HASH,
        );
      }
      this.levels.push(level);
      below = level;
    }
  }

  private readonly reader: NodeReader = {
    readNodes: (nodes) =>
      Promise.resolve(
        nodes.map(({ level, index }) => {
          const hashes = this.levels[level] ?? new Uint8Array();
          return Uint8Array.from(hashes.subarray(index * HASH, (index + 1) * HASH));
        }),
      ),
  };

  /** RFC 6962 inclusion proof, in base64. */
  async inclusion(index: number): Promise<string[]> {
    return (await inclusionProof(index, this.size, this.reader)).map(toBase64);
  }

  /** RFC 6962 consistency proof from a smaller tree, in base64. */
  async consistency(size: number): Promise<string[]> {
    return (await consistencyProof(size, this.size, this.reader)).map(toBase64);
  }
}
