import { CurrentCaller, Roles, type Caller } from '@lodemark/platform';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { FindMassBalance } from '../balance/find-mass-balance.js';
import { MassBalanceRequest } from '../balance/mass-balance.request.js';
import { MassBalanceResponse } from '../balance/mass-balance.response.js';
import { LotInPath, ReadsAtHorizon } from '../http/documented.js';
import { HorizonRequest, LotRequest } from '../http/horizon.request.js';
import { FindLineage } from '../lineage/lineage-queries.js';
import { LineageRequest } from '../lineage/lineage.request.js';
import { LineageResponse } from '../lineage/lineage.response.js';
import { FindRootShares } from '../shares/find-root-shares.js';
import { RootSharesResponse } from '../shares/root-shares.response.js';
import { FindTimeline } from '../timeline/find-timeline.js';
import { TimelineResponse } from '../timeline/timeline.response.js';
import { FindLot, FindLots } from './lot-queries.js';
import { FindLotsRequest } from './lot.request.js';
import { LotResponse, LotsResponse } from './lot.response.js';

@ApiTags('lots')
@Controller('v1/lots')
@Roles('facility-operator', 'auditor', 'registrar', 'administrator')
export class LotsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ReadsAtHorizon({ summary: 'Find lots by what is written on them' }, { type: LotsResponse })
  find(@Query() request: FindLotsRequest, @CurrentCaller() caller: Caller): Promise<LotsResponse> {
    const { horizon, asOf, facility, after, limit, ...terms } = request;
    const search = {
      ...{ terms, limit },
      ...(facility === undefined ? {} : { facility }),
      ...(after === undefined ? {} : { after }),
    };
    return this.queries.execute(new FindLots(search, { horizon, asOf }, caller));
  }

  @Get(':facility/:number')
  @LotInPath()
  @ReadsAtHorizon(
    {
      summary: 'A lot: what it is, where it is, and every entry about it',
      description: 'Entries that a verdict passes over are listed, too, with the reason.',
    },
    { type: LotResponse },
  )
  lot(
    @Param() { facility, number }: LotRequest,
    @Query() at: HorizonRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<LotResponse> {
    return this.queries.execute(new FindLot(`${facility}/${number}`, at, caller));
  }

  @Get(':facility/:number/lineage')
  @LotInPath()
  @ReadsAtHorizon(
    {
      summary: 'Where its material comes from, or where it went',
      description: 'Lots, the steps between them with element masses, and the hand-overs between facilities.',
    },
    { type: LineageResponse },
  )
  lineage(
    @Param() { facility, number }: LotRequest,
    @Query() { direction, depth, horizon, asOf }: LineageRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<LineageResponse> {
    const question = { lot: `${facility}/${number}`, direction, depth };
    return this.queries.execute(new FindLineage(question, { horizon, asOf }, caller));
  }

  @Get(':facility/:number/custody')
  @LotInPath()
  @ReadsAtHorizon(
    {
      summary: 'Who had it when',
      description: 'With the gaps, who should have reported, and custody claimed by two at once.',
    },
    { type: TimelineResponse },
  )
  custody(
    @Param() { facility, number }: LotRequest,
    @Query() at: HorizonRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<TimelineResponse> {
    return this.queries.execute(new FindTimeline(`${facility}/${number}`, at, caller));
  }

  @Get(':facility/:number/mass-balance')
  @LotInPath()
  @ReadsAtHorizon(
    {
      summary: 'What went in and came out of every step behind it',
      description:
        'Gross and by element, with what is unexplained and whether it closes within the uncertainty.',
    },
    { type: MassBalanceResponse },
  )
  massBalance(
    @Param() { facility, number }: LotRequest,
    @Query() asked: MassBalanceRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<MassBalanceResponse> {
    return this.queries.execute(new FindMassBalance(`${facility}/${number}`, asked, caller));
  }

  @Get(':facility/:number/shares')
  @LotInPath()
  @ReadsAtHorizon(
    {
      summary: 'How much of each element came from which root',
      description:
        'Exact where every step kept the material apart, else marked as bookkeeping. The shares of an element add up to 1.',
    },
    { type: RootSharesResponse },
  )
  shares(
    @Param() { facility, number }: LotRequest,
    @Query() asked: HorizonRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<RootSharesResponse> {
    return this.queries.execute(new FindRootShares(`${facility}/${number}`, asked, caller));
  }
}
