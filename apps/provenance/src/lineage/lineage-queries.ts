import type { Caller } from '@lodemark/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Access } from '../access/access.js';
import type { AskedHorizon } from '../horizon/asked-horizon.js';
import { Horizons } from '../horizon/horizons.js';
import { answeredAt } from '../http/answered-at.js';
import { lineageView, type LineageQuestion } from './lineage-view.js';
import type { LineageResponse } from './lineage.response.js';

export class FindLineage extends Query<LineageResponse> {
  constructor(
    readonly question: LineageQuestion,
    readonly asked: AskedHorizon,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(FindLineage)
export class FindLineageHandler implements IQueryHandler<FindLineage> {
  constructor(
    private readonly horizons: Horizons,
    private readonly access: Access,
  ) {}

  async execute({ question, asked, caller }: FindLineage): Promise<LineageResponse> {
    const horizon = await this.horizons.resolve(asked);
    const { reached, dossier } = await this.access.lineage(horizon, question, caller);
    const { nodes, edges, handOvers, withheld } = lineageView(dossier, reached, question);
    const { lot, direction } = question;
    return {
      ...{ horizon: answeredAt(horizon), lot, direction, withheld },
      ...{ nodes: [...nodes], edges: [...edges], handOvers: [...handOvers] },
    };
  }
}
