import type { Network } from '@lodemark/domain';
import type { Pool } from 'pg';
import { Turns } from './turns.js';
import { RootLog, rootLogChanged, type RootAt } from './root-log.js';

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
  /** What one look finds out about the log must not be overtaken by what another saw before. */
  private readonly turns = new Turns();
  private readonly log: RootLog;

  constructor(
    private readonly pool: Pool,
    network: Network,
  ) {
    this.log = new RootLog(pool, network);
  }

  /**
   * Whether the horizon is of the root log of all that were asked about before; when not, it is the first of another.
   * @throws HorizonNotFilled when the root log that is held is not the one that the horizon is of
   */
  async continuesAt(horizon: RootAt): Promise<boolean> {
    return this.known.has(horizon.rootHash) || this.turns.take(() => this.look(horizon));
  }

  private async look({ size, rootHash }: RootAt): Promise<boolean> {
    const { longest } = this;
    const held = await this.log.roots(this.pool, [size, longest.size]);
    if (held.get(size) !== rootHash) throw rootLogChanged({ size });
    const continues = longest.size === 0 || held.get(longest.size) === longest.rootHash;
    if (!continues || this.known.size >= MOST_KNOWN) this.known.clear();
    this.known.add(rootHash);
    if (!continues || size > longest.size) this.longest = { size, rootHash };
    return continues;
  }
}
