import type { Network } from '@lodemark/domain';
import type { Pool } from 'pg';
import { toCount } from '../database/tables.js';
import { COUNTED, countedArrays, HELD, HorizonNotFilled, type FilledHorizon } from '../horizon/horizon.js';
import { WHOLE_FACILITY } from '@lodemark/transparency';
import type { EntryPlace } from './stored-entries.js';

export type Direction = 'up' | 'down';

/** A lot of a lineage and how many steps it is away from the lot asked about. */
export interface ReachedLot {
  readonly lot: string;
  readonly steps: number;
}

/** The lots of a lineage up to its roots, and the entries that name them. */
export interface Upstream {
  readonly lots: readonly string[];
  readonly naming: readonly EntryPlace[];
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

  /**
   * The lot with all that its material may come from, and every counted entry that names one of these, in any log.
   * @throws HorizonNotFilled while entries that were undone have not come back
   */
  async upstream(horizon: FilledHorizon, lot: string): Promise<Upstream> {
    const { rows } = await this.pool.query<FoundRow>({
      name: 'upstream',
      text: `WITH RECURSIVE ${COUNTED}, upstream (lot) AS (
         SELECT $3::text COLLATE "C" UNION
         SELECT e.input_lot FROM upstream u JOIN edge e ON e.output_lot = u.lot
         JOIN counted c ON c.origin = e.origin AND e.idx < c.size
       )
       SELECT NULL AS origin, json_agg(lot) AS found, ${HELD} AS held FROM upstream
       UNION ALL
       SELECT l.origin, json_agg(DISTINCT l.idx), true FROM upstream JOIN entry_lot l USING (lot)
       JOIN counted c ON c.origin = l.origin AND l.idx < c.size GROUP BY l.origin`,
      values: [...countedArrays(horizon), lot],
    });
    const [lots, ...naming] = heldAll(horizon, rows);
    return { lots: (lots?.found ?? []).map(String), naming: naming.flatMap(placesOf) };
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

  /** Every counted entry about one of the facilities as a whole. @throws HorizonNotFilled as above */
  async facilityWide(horizon: FilledHorizon, facilities: readonly string[]): Promise<readonly EntryPlace[]> {
    const { rows } = await this.pool.query<FoundRow>({
      name: 'facility-wide',
      text: `WITH ${COUNTED} SELECT NULL AS origin, NULL AS found, ${HELD} AS held
       UNION ALL
       SELECT l.origin, json_agg(l.idx), true FROM entry_lot l
       JOIN counted c ON c.origin = l.origin AND l.idx < c.size
       WHERE l.lot = $3 AND l.origin = ANY ($4::text[]) GROUP BY l.origin`,
      values: [
        ...countedArrays(horizon),
        WHOLE_FACILITY,
        facilities.map((facility) => this.network.logOrigin(facility)),
      ],
    });
    return heldAll(horizon, rows).slice(1).flatMap(placesOf);
  }
}

/** One row for the statement itself, then one for each log. */
interface FoundRow {
  readonly origin: string | null;
  readonly found: readonly (string | number)[] | null;
  /** Whether every entry that counts was there when the statement looked. */
  readonly held: boolean | null;
}

function heldAll({ size }: FilledHorizon, rows: readonly FoundRow[]): readonly FoundRow[] {
  if (rows[0]?.held !== false) return rows;
  throw new HorizonNotFilled(size, [], 'entries that this horizon covers are being read anew');
}

function placesOf({ origin, found }: FoundRow): readonly EntryPlace[] {
  return origin === null ? [] : (found ?? []).map((idx) => ({ origin, idx: toCount(idx) }));
}
