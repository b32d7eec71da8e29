import { CurrentCaller, Problems, type Caller } from '@lodemark/platform';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiParam, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { EXAMPLES } from '../examples.js';
import { LotRequest } from '../http/path.request.js';
import { FindLot, ListLots } from './find-lots.js';
import { LotQuery, LotsQuery } from './lot.request.js';
import { LotResponse, LotsResponse } from './lot.response.js';

/** What a facility holds, as its own log says. */
@ApiTags('lots')
@Controller('v1/lots')
export class LotsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({
    summary: 'Lots that were ever in a facility’s custody, in the order of their ids',
    description: 'For the facility’s operators and auditors. Who is engaged for single lots is shown those.',
  })
  @ApiSecurity('bearer')
  @ApiOkResponse({ type: LotsResponse })
  @Problems(401, 403, 404)
  list(@Query() page: LotsQuery, @CurrentCaller() caller: Caller): Promise<LotsResponse> {
    return this.queries.execute(new ListLots(page, caller));
  }

  @Get(':facility/:number')
  @ApiOperation({
    summary: 'A lot at a facility: what is held, its history there, the next steps allowed',
    description:
      'The path names the lot; `at` names the facility that is asked about it, if it is another one.',
  })
  @ApiSecurity('bearer')
  @ApiParam({
    name: 'facility',
    example: EXAMPLES.facility,
    description: 'The facility that created the lot.',
  })
  @ApiParam({ name: 'number', example: EXAMPLES.lotNumber })
  @ApiOkResponse({ type: LotResponse })
  @Problems(401, 403, 404)
  find(
    @Param() { facility: creator, number }: LotRequest,
    @Query() { at, from, limit }: LotQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<LotResponse> {
    const subject = { lot: `${creator}/${number}`, facility: at ?? creator };
    return this.queries.execute(new FindLot(subject, { from, limit }, caller));
  }
}
