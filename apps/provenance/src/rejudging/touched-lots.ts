import { WHOLE_FACILITY } from '@lodemark/transparency';
import type { Network } from '@lodemark/domain';
import type { Pool } from 'pg';
import { COUNTED, countedArrays, type FilledHorizon } from '../horizon/horizon.js';
import type { Cause, Touched } from './cause.js';
import type { News } from './news.js';

/** Lots that one statement asks about. */
const MOST_AT_ONCE = 5_000;

/**
 * Goes down the lineage from what is new. The evidence of a verdict is every entry that names a lot of its lineage, or a
 * facility of it as a whole; so what an entry touches is what descends from the lots it names, and nothing else.
 */
export class TouchedLots {
  constructor(
    private readonly pool: Pool,
    private readonly network: Network,
  ) {}

  /** All lots whose evidence is another one now, as far as that follows from their lineage. */
  async by(news: News, before: FilledHorizon | undefined, after: FilledHorizon): Promise<Touched> {
    const touched = new Map(news.lots);
    const facilities = new Map(news.facilities);
    await this.addSignedBy(news.keys, { touched, facilities });
    for (const [facility, cause] of facilities)
      for (const lot of await this.lotsOf(facility)) addOnce(touched, lot, cause);
    await this.addDescendants(touched, reachOf(before, after));
    return touched;
  }

  private async addSignedBy(
    keys: Touched,
    {
      touched,
      facilities,
    }: { readonly touched: Map<string, Cause>; readonly facilities: Map<string, Cause> },
  ): Promise<void> {
    for (const [kid, cause] of keys) {
      const { rows } = await this.pool.query<{ lot: string; origin: string }>(
        `SELECT DISTINCT l.lot, l.origin FROM signature s JOIN entry_lot l USING (origin, idx) WHERE s.kid = $1
         ORDER BY l.lot, l.origin`,
        [kid],
      );
      for (const { lot, origin } of rows) {
        const facility = this.network.facilityOf(origin);
        if (lot !== WHOLE_FACILITY) addOnce(touched, lot, cause);
        else if (facility !== undefined) addOnce(facilities, facility, cause);
      }
    }
  }

  /** Every lot that the facility made, wrote about, or was sent. */
  private async lotsOf(facility: string): Promise<readonly string[]> {
    const { rows } = await this.pool.query<{ lot: string }>(
      `SELECT lot FROM entry_lot WHERE origin = $1
       UNION SELECT lot FROM entry_lot WHERE lot > $2 || '/' AND lot < $2 || '0'
       UNION SELECT l.lot FROM dispatch d JOIN entry_lot l USING (origin, idx) WHERE d.receiver = $2
       ORDER BY lot`,
      [this.network.logOrigin(facility), facility],
    );
    return rows.map(({ lot }) => lot).filter((lot) => lot !== WHOLE_FACILITY);
  }

  /** Level by level, each edge once, in the order of the frontier, so that the same news gives the same causes. */
  private async addDescendants(touched: Map<string, Cause>, reach: FilledHorizon): Promise<void> {
    for (let frontier = [...touched.keys()]; frontier.length > 0;) {
      const next: string[] = [];
      for (let at = 0; at < frontier.length; at += MOST_AT_ONCE) {
        const { rows } = await this.pool.query<{ input_lot: string; output_lot: string }>({
          name: 'touched-descendants',
          text: `WITH ${COUNTED} SELECT DISTINCT e.input_lot, e.output_lot FROM edge e
           JOIN counted c ON c.origin = e.origin AND e.idx < c.size
           WHERE e.input_lot = ANY ($3::text[]) ORDER BY e.output_lot, e.input_lot`,
          values: [...countedArrays(reach), frontier.slice(at, at + MOST_AT_ONCE)],
        });
        for (const { input_lot: input, output_lot: output } of rows) {
          const cause = touched.get(input);
          if (cause === undefined || touched.has(output)) continue;
          touched.set(output, cause);
          next.push(output);
        }
      }
      frontier = next;
    }
  }
}

/** Edges that counted before count on the way down, too: a lot may be cut off from what it came from. */
function reachOf(before: FilledHorizon | undefined, after: FilledHorizon): FilledHorizon {
  const counted = new Map(after.counted);
  for (const [origin, size] of before?.counted ?? [])
    counted.set(origin, Math.max(size, counted.get(origin) ?? 0));
  return { ...after, counted };
}

function addOnce(touched: Map<string, Cause>, id: string, cause: Cause): void {
  if (!touched.has(id)) touched.set(id, cause);
}
