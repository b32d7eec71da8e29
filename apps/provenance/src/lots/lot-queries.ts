import type { Caller } from '@lodemark/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Access } from '../access/access.js';
import { Dossiers } from '../evidence/dossier.js';
import { EvidenceOfLot } from '../evidence/evidence-of-lot.js';
import type { AskedHorizon } from '../horizon/asked-horizon.js';
import { Horizons } from '../horizon/horizons.js';
import { answeredAt } from '../http/answered-at.js';
import { LotIndex, type LotSearch } from './lot-index.js';
import { entriesOf, madeAs, originOf, parkedOf, standingsOf, summaryOf, titlesOf } from './lot-view.js';
import type { LotResponse, LotsResponse } from './lot.response.js';

export class FindLots extends Query<LotsResponse> {
  constructor(
    readonly search: LotSearch,
    readonly asked: AskedHorizon,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(FindLots)
export class FindLotsHandler implements IQueryHandler<FindLots> {
  constructor(
    private readonly horizons: Horizons,
    private readonly index: LotIndex,
    private readonly dossiers: Dossiers,
    private readonly access: Access,
  ) {}

  async execute({ search, asked, caller }: FindLots): Promise<LotsResponse> {
    const horizon = await this.horizons.resolve(asked);
    const visibility = this.access.visibility(caller);
    const found = await this.index.find(horizon, { ...search, limit: search.limit + 1 }, visibility);
    const page = found.slice(0, search.limit);
    const dossier = await this.dossiers.ofLots(horizon, page, visibility);
    const next = found.length > page.length ? page.at(-1) : undefined;
    return {
      horizon: answeredAt(horizon),
      lots: page.map((lot) => summaryOf(dossier, lot)),
      ...(next === undefined ? {} : { next }),
    };
  }
}

export class FindLot extends Query<LotResponse> {
  constructor(
    readonly lot: string,
    readonly asked: AskedHorizon,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(FindLot)
export class FindLotHandler implements IQueryHandler<FindLot> {
  constructor(
    private readonly horizons: Horizons,
    private readonly access: Access,
    private readonly evidence: EvidenceOfLot,
  ) {}

  async execute({ lot, asked, caller }: FindLot): Promise<LotResponse> {
    const horizon = await this.horizons.resolve(asked);
    const dossier = await this.access.lot(horizon, lot, caller);
    const stated = dossier.lineage.madeAs(lot);
    const doubts = this.access.visibility(caller).parked(await this.evidence.doubts(horizon, lot));
    return {
      ...{ horizon: answeredAt(horizon), lot },
      ...madeAs(dossier, lot),
      ...(stated?.family === undefined ? {} : { family: stated.family }),
      origin: originOf(dossier, lot),
      ...(stated?.composition === undefined ? {} : { composition: { ...stated.composition } }),
      standings: standingsOf(dossier, lot),
      titles: titlesOf(dossier, lot),
      entries: entriesOf(dossier),
      inDoubt: doubts.map(parkedOf),
      withheld: dossier.withheld,
    };
  }
}
