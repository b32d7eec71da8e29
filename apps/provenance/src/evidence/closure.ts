import type { Network } from '@lodemark/domain';
import type { Pool } from 'pg';
import { toCount } from '../database/tables.js';
import { COUNTED, countedArrays, type FilledHorizon } from '../horizon/horizon.js';
import { WHOLE_FACILITY } from '@lodemark/transparency';
import type { EntryPlace } from './stored-entries.js';

export type Direction = 'up' | 'down';

/** A lot of a lineage and how many steps it is away from the lot asked about. */
export interface ReachedLot {
  readonly lot: string;
  readonly steps: number;
}

/** Follows material from lot to lot over the entries that count, corrected or not. */
export class Closure {
  constructor(
    private readonly pool: Pool,
    private readonly network: Network,
  ) {}

  /** The lot itself and every lot that its material may come from (`up`) or may have gone into (`down`). */
  async lots(
    horizon: FilledHorizon,
    lot: string,
    { direction, depth }: { readonly direction: Direction; readonly depth?: number },
  ): Promise<readonly ReachedLot[]> {
    const [near, far] = direction === 'up' ? ['output_lot', 'input_lot'] : ['input_lot', 'output_lot'];
    const reached = new Map<string, number>([[lot, 0]]);
    let frontier = [lot];
    // Level by level rather than one recursive statement: that would walk every path of a lineage that forks and
    // joins, and this walks every edge once.
    for (let steps = 1; frontier.length > 0 && steps <= (depth ?? Infinity); steps += 1) {
      const { rows } = await this.pool.query<{ lot: string }>(
        `WITH ${COUNTED} SELECT DISTINCT e.${far} AS lot FROM edge e
         JOIN counted c ON c.origin = e.origin AND e.idx < c.size
         WHERE e.${near} = ANY ($3::text[]) ORDER BY lot`,
        [...countedArrays(horizon), frontier],
      );
      frontier = rows.map((row) => row.lot).filter((next) => !reached.has(next));
      for (const next of frontier) reached.set(next, steps);
    }
    return [...reached].map(([reachedLot, steps]) => ({ lot: reachedLot, steps }));
  }

  /** Every counted entry that names one of the lots, in any log. */
  async entriesNaming(horizon: FilledHorizon, lots: readonly string[]): Promise<readonly EntryPlace[]> {
    const { rows } = await this.pool.query<{ origin: string; idx: string }>(
      `WITH ${COUNTED} SELECT DISTINCT l.origin, l.idx FROM entry_lot l
       JOIN counted c ON c.origin = l.origin AND l.idx < c.size
       WHERE l.lot = ANY ($3::text[]) ORDER BY l.origin, l.idx`,
      [...countedArrays(horizon), lots],
    );
    return rows.map(({ origin, idx }) => ({ origin, idx: toCount(idx) }));
  }

  /** Every counted entry about one of the facilities as a whole. */
  async facilityWide(horizon: FilledHorizon, facilities: readonly string[]): Promise<readonly EntryPlace[]> {
    const { rows } = await this.pool.query<{ origin: string; idx: string }>(
      `WITH ${COUNTED} SELECT l.origin, l.idx FROM entry_lot l
       JOIN counted c ON c.origin = l.origin AND l.idx < c.size
       WHERE l.lot = $3 AND l.origin = ANY ($4::text[]) ORDER BY l.origin, l.idx`,
      [
        ...countedArrays(horizon),
        WHOLE_FACILITY,
        facilities.map((facility) => this.network.logOrigin(facility)),
      ],
    );
    return rows.map(({ origin, idx }) => ({ origin, idx: toCount(idx) }));
  }
}
