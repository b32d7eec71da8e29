import { nextSteps, parseEvent, type LotState } from '@lodemark/domain';
import type { LotEntry, LotRecord } from '@lodemark/ledger';
import { ProblemError, type Caller } from '@lodemark/platform';
import { decodeFacilityLogEntry, parseJws, readCanonicalJson } from '@lodemark/transparency';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { LogAccess } from '../logs/log-access.js';
import { RootRegister } from '../root/root-register.js';
import type { LotHistoryResponse, LotResponse, LotsResponse, LotStandingResponse } from './lot.response.js';
import type { LotsQuery } from './lot.request.js';

export class ListLots extends Query<LotsResponse> {
  constructor(
    readonly page: LotsQuery,
    readonly caller: Caller,
  ) {
    super();
  }
}

export class FindLot extends Query<LotResponse> {
  constructor(
    readonly lot: string,
    readonly facility: string,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(ListLots)
export class ListLotsHandler implements IQueryHandler<ListLots> {
  constructor(private readonly access: LogAccess) {}

  async execute({ page, caller }: ListLots): Promise<LotsResponse> {
    this.access.mayRead(caller, page.facility);
    const { facility, after, limit, standing } = page;
    const found = await this.access.reader.listLots(await this.access.origin(facility), {
      limit,
      ...(after === undefined ? {} : { after }),
      ...(standing === undefined ? {} : { standing }),
    });
    return {
      facility,
      lots: found.lots.map(standingOf),
      ...(found.next === undefined ? {} : { next: found.next }),
    };
  }
}

@QueryHandler(FindLot)
export class FindLotHandler implements IQueryHandler<FindLot> {
  constructor(
    private readonly access: LogAccess,
    private readonly register: RootRegister,
  ) {}

  async execute({ lot, facility, caller }: FindLot): Promise<LotResponse> {
    this.access.mayRead(caller, facility, lot);
    const origin = await this.access.origin(facility);
    const record = await this.access.reader.lotState(origin, lot);
    if (record === undefined) {
      throw new ProblemError({
        type: 'not-found',
        status: 404,
        title: 'No such lot here',
        detail: `The log of ${facility} never named ${lot}.`,
      });
    }
    const entries = await this.access.reader.entriesOfLot(origin, lot);
    return {
      ...standingOf(record),
      facility,
      nextSteps: await this.stepsFor(facility, record.state),
      history: entries.map(historyOf),
    };
  }

  private async stepsFor(facility: string, state: LotState): Promise<string[]> {
    if (state.standing !== 'held' || state.form === null) return [];
    const permitted = new Set((await this.register.facility(facility))?.steps.map(({ step }) => step));
    return nextSteps(state.form).filter((step) => permitted.has(step));
  }
}

function standingOf({ state, entries }: LotRecord): LotStandingResponse {
  const { lot, standing, form, kg, packages, seals } = state;
  return { lot, standing, form, kg, packages: Object.keys(packages), seals: [...seals], entries };
}

function historyOf({ index, lotSequence, data }: LotEntry): LotHistoryResponse {
  const entry = decodeFacilityLogEntry(data);
  if (!entry.ok) throw new Error(`entry ${String(index)} of this service's own log does not decode`);
  const { kind, jws, recordedAt } = entry.value;
  const payload = parseJws(jws, 'lodemark-event+jws');
  const json = payload.ok ? readCanonicalJson(payload.value.payload) : undefined;
  const event = json?.ok === true ? parseEvent(json.value) : undefined;
  if (event?.ok !== true) throw new Error(`the event of entry ${String(index)} does not parse`);
  return { index, lotSequence, kind, recordedAt, event: { ...event.value } };
}
