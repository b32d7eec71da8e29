import { CurrentCaller, Problems, type Caller } from '@lodemark/platform';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiParam, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { FindLot, ListLots } from './find-lots.js';
import { LotQuery, LotsQuery } from './lot.request.js';
import { LotResponse, LotsResponse } from './lot.response.js';

/** What a facility holds, as its own log says. */
@ApiTags('lots')
@Controller('v1/lots')
export class LotsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({ summary: 'Lots that a facility’s log names, in the order of their ids' })
  @ApiSecurity('bearer')
  @ApiOkResponse({ type: LotsResponse })
  @Problems(401, 403, 404)
  list(@Query() page: LotsQuery, @CurrentCaller() caller: Caller): Promise<LotsResponse> {
    return this.queries.execute(new ListLots(page, caller));
  }

  @Get(':facility/:number')
  @ApiOperation({ summary: 'A lot at a facility: what is held, its history there, the next steps allowed' })
  @ApiSecurity('bearer')
  @ApiParam({ name: 'facility', example: 'kokbulak', description: 'The facility that created the lot.' })
  @ApiParam({ name: 'number', example: '2026-0017' })
  @ApiOkResponse({ type: LotResponse })
  @Problems(401, 403, 404)
  find(
    @Param('facility') creator: string,
    @Param('number') number: string,
    @Query() { at }: LotQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<LotResponse> {
    return this.queries.execute(new FindLot(`${creator}/${number}`, at ?? creator, caller));
  }
}
