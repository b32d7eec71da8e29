import type { Caller } from '@lodemark/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Access } from '../access/access.js';
import type { AskedHorizon } from '../horizon/asked-horizon.js';
import { Horizons } from '../horizon/horizons.js';
import { answeredAt } from '../http/answered-at.js';
import { InboundDispatches } from './inbound-dispatches.js';
import type { InboundResponse } from './inbound.response.js';

export class FindInbound extends Query<InboundResponse> {
  constructor(
    readonly facility: string,
    readonly asked: AskedHorizon,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(FindInbound)
export class FindInboundHandler implements IQueryHandler<FindInbound> {
  constructor(
    private readonly horizons: Horizons,
    private readonly inbound: InboundDispatches,
    private readonly access: Access,
  ) {}

  async execute({ facility, asked, caller }: FindInbound): Promise<InboundResponse> {
    this.access.mayActFor(facility, caller);
    const horizon = await this.horizons.resolve(asked);
    const found = await this.inbound.of(horizon, facility, this.access.visibility(caller));
    const { dispatches, pending } = found;
    return {
      ...{ horizon: answeredAt(horizon), facility },
      ...{ dispatches: [...dispatches], pending: [...pending] },
    };
  }
}
