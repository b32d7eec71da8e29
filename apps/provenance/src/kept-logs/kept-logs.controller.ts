import { CurrentCaller, Problems, Roles, type Caller } from '@lodemark/platform';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { FindKeptEntries } from './find-kept-entries.js';
import { FacilityInPath, KeptEntriesRequest } from './kept-entries.request.js';
import { KeptEntriesResponse } from './kept-entries.response.js';

@ApiTags('logs')
@Controller('v1/logs/:facility/entries')
@Roles('facility-operator', 'auditor', 'registrar', 'administrator')
export class KeptLogsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({
    summary: 'Entries of a facility’s log as they are kept here, in order',
    description:
      'For the facility’s operators and auditors, and the network’s officers: lodemark recover gives them back to a ' +
      'custody service that lost them.',
  })
  @ApiParam({ name: 'facility', example: 'euclid' })
  @ApiOkResponse({ type: KeptEntriesResponse })
  @Problems(401, 403, 422)
  find(
    @Param() { facility }: FacilityInPath,
    @Query() page: KeptEntriesRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<KeptEntriesResponse> {
    return this.queries.execute(new FindKeptEntries(facility, page, caller));
  }
}
