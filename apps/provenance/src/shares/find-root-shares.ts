import type { Caller } from '@lodemark/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Access } from '../access/access.js';
import type { AskedHorizon } from '../horizon/asked-horizon.js';
import { Horizons } from '../horizon/horizons.js';
import { answeredAt } from '../http/answered-at.js';
import type { RootSharesResponse } from './root-shares.response.js';
import { sharesIn } from './root-shares-view.js';

export class FindRootShares extends Query<RootSharesResponse> {
  constructor(
    readonly lot: string,
    readonly asked: AskedHorizon,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(FindRootShares)
export class FindRootSharesHandler implements IQueryHandler<FindRootShares> {
  constructor(
    private readonly horizons: Horizons,
    private readonly access: Access,
  ) {}

  async execute({ lot, asked, caller }: FindRootShares): Promise<RootSharesResponse> {
    const horizon = await this.horizons.resolve(asked);
    const { reached, dossier } = await this.access.lineage(horizon, { lot, direction: 'up' }, caller);
    const withheld = reached.filter((one) => dossier.lineage.producersOf(one.lot).length === 0).length;
    return { horizon: answeredAt(horizon), lot, elements: sharesIn(dossier, lot), withheld };
  }
}
