import type { Caller } from '@lodemark/platform';
import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import { Access } from '../access/access.js';
import { POOL } from '../database/pool.js';
import { toCount } from '../database/tables.js';
import { RootStatements } from '../evidence/root-statements.js';
import { StoredEntries } from '../evidence/stored-entries.js';
import { COUNTED, countedArrays } from '../horizon/horizon.js';
import type { AskedHorizon } from '../horizon/asked-horizon.js';
import { Horizons } from '../horizon/horizons.js';
import { answeredAt } from '../http/answered-at.js';
import { parkedOf } from '../lots/lot-view.js';
import { LogCursors } from './log-cursors.js';
import type { LatestHorizonResponse, ParkedResponse } from './status.response.js';

export class FindLatestHorizon extends Query<LatestHorizonResponse> {}

@QueryHandler(FindLatestHorizon)
export class FindLatestHorizonHandler implements IQueryHandler<FindLatestHorizon> {
  constructor(
    private readonly horizons: Horizons,
    private readonly cursors: LogCursors,
  ) {}

  async execute(): Promise<LatestHorizonResponse> {
    const horizon = await this.horizons.latest();
    const published = await this.horizons.published();
    const missing = published > horizon.size ? await this.horizons.missing(published) : [];
    const held = await this.cursors.all();
    const logs = [...horizon.counted].map(([origin, counted]) => ({
      ...{ origin, counted, held: held.get(origin) ?? 0 },
    }));
    return { horizon: answeredAt(horizon), published, logs, missing: [...missing] };
  }
}

export class FindParked extends Query<ParkedResponse> {
  constructor(
    readonly asked: AskedHorizon,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(FindParked)
export class FindParkedHandler implements IQueryHandler<FindParked> {
  constructor(
    private readonly horizons: Horizons,
    private readonly stored: StoredEntries,
    private readonly root: RootStatements,
    private readonly access: Access,
    @Inject(POOL) private readonly pool: Pool,
  ) {}

  async execute({ asked, caller }: FindParked): Promise<ParkedResponse> {
    const horizon = await this.horizons.resolve(asked);
    const { rows } = await this.pool.query<{ origin: string; idx: string }>(
      `WITH ${COUNTED} SELECT p.origin, p.idx FROM parked p
       JOIN counted c ON c.origin = p.origin AND p.idx < c.size ORDER BY p.origin, p.idx`,
      countedArrays(horizon),
    );
    const places = rows.map(({ origin, idx }) => ({ origin, idx: toCount(idx) }));
    const { parked } = await this.stored.at(horizon, places);
    const { parked: root } = await this.root.doubts(horizon);
    return {
      horizon: answeredAt(horizon),
      entries: this.access.visibility(caller).parked(parked).map(parkedOf),
      root: root.map(({ ref: { index, leaf }, reason }) => ({ index, leaf, reason })),
    };
  }
}
