import type { Network } from '@lodemark/domain';
import { toHex } from '@lodemark/transparency';
import type { Pool } from 'pg';
import type { FilledHorizon } from '../horizon/horizon.js';

/** Horizons that are known to be of one root log, before it is looked at anew. */
const MOST_KNOWN = 1_000;

/**
 * Tells whether horizons are of one and the same root log. A root hash commits to every entry that counts at it: the
 * root log to the facility checkpoints in it, and those to the facility logs. So what was read at one horizon holds at
 * every other that is a prefix of the same root log, or of which it is one, and at none of a root log that was undone
 * and came back otherwise.
 */
export class RootPrefix {
  private longest = { size: 0, rootHash: '' };
  private readonly known = new Set<string>();

  constructor(
    private readonly pool: Pool,
    private readonly network: Network,
  ) {}

  /** Whether the horizon is of the root log of all that were asked about before; when not, it is the first of another. */
  async continuesAt({ size, rootHash }: Pick<FilledHorizon, 'size' | 'rootHash'>): Promise<boolean> {
    if (this.known.has(rootHash)) return true;
    const continues = await this.isStillHeld();
    if (!continues || this.known.size >= MOST_KNOWN) this.known.clear();
    this.known.add(rootHash);
    if (!continues || size > this.longest.size) this.longest = { size, rootHash };
    return continues;
  }

  private async isStillHeld(): Promise<boolean> {
    const { size, rootHash } = this.longest;
    if (size === 0) return true;
    const { rows } = await this.pool.query<{ tree_root: Buffer }>({
      name: 'root-still-held',
      text: `SELECT tree_root FROM entry WHERE origin = $1 AND idx = $2`,
      values: [this.network.rootOrigin, size - 1],
    });
    return rows[0] !== undefined && toHex(rows[0].tree_root) === rootHash;
  }
}
