import type { Caller } from '@lodemark/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Access } from '../access/access.js';
import type { AskedHorizon } from '../horizon/asked-horizon.js';
import { Horizons } from '../horizon/horizons.js';
import { answeredAt } from '../http/answered-at.js';
import { timelineOf } from './timeline-view.js';
import type { TimelineResponse } from './timeline.response.js';

export class FindTimeline extends Query<TimelineResponse> {
  constructor(
    readonly lot: string,
    readonly asked: AskedHorizon,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(FindTimeline)
export class FindTimelineHandler implements IQueryHandler<FindTimeline> {
  constructor(
    private readonly horizons: Horizons,
    private readonly access: Access,
  ) {}

  async execute({ lot, asked, caller }: FindTimeline): Promise<TimelineResponse> {
    const horizon = await this.horizons.resolve(asked);
    const dossier = await this.access.lot(horizon, lot, caller);
    const { withheld } = dossier;
    return { horizon: answeredAt(horizon), lot, ...timelineOf(dossier, lot), withheld };
  }
}
