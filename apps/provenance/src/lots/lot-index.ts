import type { Pool } from 'pg';
import type { Visibility } from '../access/visibility.js';
import type { Network } from '@lodemark/domain';
import { COUNTED, countedArrays, type FilledHorizon } from '../horizon/horizon.js';
import type { TermKind } from '../projection/traces.js';

/** What lots are looked for by; all that is given must hold. */
export interface LotSearch {
  readonly terms: Readonly<Partial<Record<TermKind, string>>>;
  /** Lots that this facility's log names. */
  readonly facility?: string;
  /** This lot and no other. */
  readonly lot?: string;
  readonly after?: string;
  readonly limit: number;
}

/** Finds lot ids, in their order, among the entries that count and the caller may see. */
export class LotIndex {
  constructor(
    private readonly pool: Pool,
    private readonly network: Network,
  ) {}

  async find(horizon: FilledHorizon, search: LotSearch, visibility: Visibility): Promise<readonly string[]> {
    const parameters: unknown[] = countedArrays(horizon);
    const bind = (value: unknown) => `$${parameters.push(value)}`;
    const conditions = [
      ...Object.entries(search.terms).map(([kind, value]) => termCondition(kind, value, bind)),
      ...(search.facility === undefined ? [] : [namedIn(bind([this.network.logOrigin(search.facility)]))]),
      ...(visibility.seesEverything() ? [] : [this.visible(visibility, bind)]),
      ...(search.lot === undefined ? [] : [`l.lot = ${bind(search.lot)}`]),
      ...(search.after === undefined ? [] : [`l.lot > ${bind(search.after)}`]),
    ];
    const { rows } = await this.pool.query<{ lot: string }>(
      `WITH ${COUNTED} SELECT DISTINCT l.lot FROM entry_lot l
       JOIN counted c ON c.origin = l.origin AND l.idx < c.size
       WHERE l.lot <> '*' ${conditions.map((condition) => `AND ${condition}`).join(' ')}
       ORDER BY l.lot LIMIT ${bind(search.limit)}`,
      parameters,
    );
    return rows.map(({ lot }) => lot);
  }

  /** Whether the caller may see the lot: what a search would not find is not there for any other view either. */
  async shows(horizon: FilledHorizon, lot: string, visibility: Visibility): Promise<boolean> {
    return (await this.find(horizon, { terms: {}, lot, limit: 1 }, visibility)).length > 0;
  }

  /** An operator sees lots that the own log names and those on their way to it; an auditor those of the engagement. */
  private visible({ facilities: own, engagements }: Visibility, bind: (value: unknown) => string): string {
    if (engagements.some(({ lots, facilities }) => lots === '*' || facilities === '*')) return 'true';
    const lots = engagements.flatMap(({ lots: named }) => (named === '*' ? [] : named));
    const audited = engagements.flatMap(({ facilities }) => (facilities === '*' ? [] : facilities));
    const origins = [...own, ...audited].map((facility) => this.network.logOrigin(facility));
    return `(${[
      namedIn(bind(origins)),
      `EXISTS (SELECT FROM dispatch d JOIN counted dc ON dc.origin = d.origin AND d.idx < dc.size
         JOIN entry_lot dl ON dl.origin = d.origin AND dl.idx = d.idx
         WHERE dl.lot = l.lot AND d.receiver = ANY (${bind(own)}::text[]))`,
      `l.lot = ANY (${bind(lots)}::text[])`,
      `split_part(l.lot, '/', 1) = ANY (${bind(audited)}::text[])`,
    ].join(' OR ')})`;
  }
}

function namedIn(origins: string): string {
  return `EXISTS (SELECT FROM entry_lot n JOIN counted nc ON nc.origin = n.origin AND n.idx < nc.size
    WHERE n.lot = l.lot AND n.origin = ANY (${origins}::text[]))`;
}

function termCondition(kind: string, value: string, bind: (value: unknown) => string): string {
  const wanted = value.toLowerCase();
  // Numbers are remembered by their beginning; everything else is printed on paper and copied whole.
  const matches =
    kind === 'number'
      ? `t.value >= ${bind(wanted)} AND t.value < ${bind(`${wanted}\u{10ffff}`)}`
      : `t.value = ${bind(wanted)}`;
  return `EXISTS (SELECT FROM lot_term t JOIN counted tc ON tc.origin = t.origin AND t.idx < tc.size
    WHERE t.kind = ${bind(kind)} AND t.lot = l.lot AND ${matches})`;
}
