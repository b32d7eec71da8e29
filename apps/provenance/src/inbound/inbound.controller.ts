import { CurrentCaller, Roles, type Caller } from '@lodemark/platform';
import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { ReadsAtHorizon } from '../http/documented.js';
import { FindInbound } from './find-inbound.js';
import { InboundRequest } from './inbound.request.js';
import { InboundResponse } from './inbound.response.js';

@ApiTags('inbound')
@Controller('v1/inbound')
@Roles('facility-operator', 'auditor', 'registrar', 'administrator')
export class InboundController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ReadsAtHorizon(
    {
      summary: 'What is on its way to a facility',
      description:
        'Dispatches addressed to it that no outcome has been given for in full, each with a receipt filled in from what the sender says.',
    },
    { type: InboundResponse },
  )
  find(
    @Query() { facility, horizon, asOf }: InboundRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<InboundResponse> {
    return this.queries.execute(new FindInbound(facility, { horizon, asOf }, caller));
  }
}
