import { LedgerReader, type LotPage, type LotRecord } from '@lodemark/ledger';
import { ProblemError, type Caller } from '@lodemark/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { noRight } from '../access.js';
import { LogAccess } from '../logs/log-access.js';
import type { LotsQuery } from './lot.request.js';
import type { LotResponse, LotsResponse } from './lot.response.js';
import { LotHistories } from './lot-histories.js';
import { PermittedSteps } from './permitted-steps.js';

export class ListLots extends Query<LotsResponse> {
  constructor(
    readonly page: LotsQuery,
    readonly caller: Caller,
  ) {
    super();
  }
}

/** A lot at one facility, with a page of its history there. */
export class FindLot extends Query<LotResponse> {
  constructor(
    readonly subject: { readonly lot: string; readonly facility: string },
    readonly history: { readonly from: number; readonly limit: number },
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(ListLots)
export class ListLotsHandler implements IQueryHandler<ListLots> {
  constructor(
    private readonly access: LogAccess,
    private readonly reader: LedgerReader,
  ) {}

  async execute({ page, caller }: ListLots): Promise<LotsResponse> {
    const { facility, after, limit, standing } = page;
    const access = this.access.of(caller);
    const engaged = access.engagedLots;
    const readsAll = access.readsLog(facility) || access.auditsEveryLot;
    if (!readsAll && engaged.length === 0) throw noRight(facility);
    const { origin } = await this.access.served(facility);
    const found = readsAll
      ? await this.reader.listLots(origin, {
          limit,
          ...(after === undefined ? {} : { after }),
          ...(standing === undefined ? {} : { standing }),
        })
      : pageOf([...(await this.reader.lotStates(origin, engaged)).values()], page);
    const { lots, next } = found;
    return { facility, lots: lots.map(standingOf), ...(next === undefined ? {} : { next }) };
  }
}

/** The lots of an engagement as the ledger would list them. */
function pageOf(records: readonly LotRecord[], { after = '', limit, standing }: LotsQuery): LotPage {
  const lots = records
    .filter(({ state }) => state.known && state.lot > after)
    .filter(({ state }) => standing === undefined || state.standing === standing)
    .sort((one, other) => (one.state.lot < other.state.lot ? -1 : 1));
  const shown = lots.slice(0, limit);
  const last = lots.length > limit ? shown.at(-1)?.state.lot : undefined;
  return { lots: shown, ...(last === undefined ? {} : { next: last }) };
}

@QueryHandler(FindLot)
export class FindLotHandler implements IQueryHandler<FindLot> {
  constructor(
    private readonly access: LogAccess,
    private readonly reader: LedgerReader,
    private readonly histories: LotHistories,
    private readonly steps: PermittedSteps,
  ) {}

  async execute({ subject: { lot, facility }, history, caller }: FindLot): Promise<LotResponse> {
    if (!this.access.of(caller).readsLot(facility, lot)) throw noRight(facility);
    const { origin } = await this.access.served(facility);
    const record = await this.reader.lotState(origin, lot);
    if (record === undefined) throw notFound(lot, facility);
    const standing = standingOf(record);
    const steps = await this.steps.next(facility, record.state);
    return {
      ...standing,
      facility,
      nextSteps: steps,
      ...(await this.histories.page(origin, record, history)),
    };
  }
}

function standingOf({ state, entries }: LotRecord) {
  const { lot, standing, form, kg, packages, seals } = state;
  return { lot, standing, form, kg, packages: Object.keys(packages), seals: [...seals], entries };
}

function notFound(lot: string, facility: string): ProblemError {
  return new ProblemError({
    type: 'not-found',
    status: 404,
    title: 'No such lot here',
    detail: `The log of ${facility} never named ${lot}.`,
  });
}
