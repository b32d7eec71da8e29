import type { Network } from '@lodemark/domain';
import { toHex } from '@lodemark/transparency';
import type { Pool, PoolClient } from 'pg';
import { inTransaction } from '@lodemark/ledger';
import { toCount } from '../database/tables.js';
import { HorizonNotFilled, type FilledHorizon } from '../horizon/horizon.js';

/** What a horizon is of: the root log up to a size, and the tree there. */
export type RootAt = Pick<FilledHorizon, 'size' | 'rootHash'>;

/** The root log as the database holds it, of which entries may be undone and come back otherwise at any time. */
export class RootLog {
  constructor(
    private readonly pool: Pool,
    private readonly network: Network,
  ) {}

  get origin(): string {
    return this.network.rootOrigin;
  }

  /**
   * Reads in one snapshot in which the root log is the one that the horizon is of.
   * @throws HorizonNotFilled when it is another one, or shorter
   */
  reading<T>(horizon: RootAt, read: (client: PoolClient) => Promise<T>): Promise<T> {
    const checked = async (client: PoolClient) => {
      const held = await this.roots(client, [horizon.size]);
      if (held.get(horizon.size) !== horizon.rootHash) throw rootLogChanged(horizon);
      return read(client);
    };
    return inTransaction(this.pool, checked, 'REPEATABLE READ READ ONLY');
  }

  /** Its root hashes (lower-case hex) as it is held now, by size; sizes that it does not reach are left out. */
  async roots(client: Pool | PoolClient, sizes: readonly number[]): Promise<ReadonlyMap<number, string>> {
    const { rows } = await client.query<{ idx: string; tree_root: Buffer }>({
      name: 'roots-at',
      text: `SELECT idx, tree_root FROM entry WHERE origin = $1 AND idx = ANY ($2::bigint[])`,
      values: [this.origin, sizes.map((size) => size - 1)],
    });
    return new Map(rows.map(({ idx, tree_root: root }) => [toCount(idx) + 1, toHex(root)]));
  }
}

export function rootLogChanged({ size }: Pick<RootAt, 'size'>): HorizonNotFilled {
  return new HorizonNotFilled(size, [], 'the root log that this horizon is of is being read anew');
}
