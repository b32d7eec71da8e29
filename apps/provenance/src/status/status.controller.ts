import { CurrentCaller, Roles, type Caller } from '@lodemark/platform';
import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { ReadsAtHorizon } from '../http/documented.js';
import { HorizonRequest } from '../http/horizon.request.js';
import { FindLatestHorizon, FindParked } from './status-queries.js';
import { LatestHorizonResponse, ParkedResponse } from './status.response.js';

@ApiTags('status')
@Controller('v1')
export class StatusController {
  constructor(private readonly queries: QueryBus) {}

  @Get('horizons/latest')
  @ReadsAtHorizon(
    {
      summary:
        'The horizon that answers are given at when none is asked for, and what keeps it from being later',
    },
    { type: LatestHorizonResponse },
  )
  latest(): Promise<LatestHorizonResponse> {
    return this.queries.execute(new FindLatestHorizon());
  }

  @Get('parked')
  @Roles('facility-operator', 'auditor', 'registrar', 'administrator')
  @ReadsAtHorizon(
    { summary: 'Entries that this version cannot apply; their lots are in doubt' },
    { type: ParkedResponse },
  )
  parked(@Query() at: HorizonRequest, @CurrentCaller() caller: Caller): Promise<ParkedResponse> {
    return this.queries.execute(new FindParked(at, caller));
  }
}
