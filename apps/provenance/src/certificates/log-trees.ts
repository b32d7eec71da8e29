import { LogTree } from '@lodemark/transparency';
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
    return new LogTree(leaves);
  }
}
