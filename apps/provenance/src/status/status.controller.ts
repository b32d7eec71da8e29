import { CurrentCaller, Problems, Roles, type Caller } from '@lodemark/platform';
import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ReadsAtHorizon } from '../http/documented.js';
import { HorizonRequest } from '../http/horizon.request.js';
import { RebuildReadModel } from './rebuild-read-model.js';
import { RebuildRequest } from './rebuild.request.js';
import { FindLatestHorizon, FindParked } from './status-queries.js';
import { LatestHorizonResponse, ParkedResponse, RebuiltResponse } from './status.response.js';

@ApiTags('status')
@Controller('v1')
export class StatusController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

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
  parked(@Query() { horizon }: HorizonRequest, @CurrentCaller() caller: Caller): Promise<ParkedResponse> {
    return this.queries.execute(new FindParked(horizon, caller));
  }

  @Post('rebuild')
  @HttpCode(200)
  @Roles('administrator')
  @ApiOperation({
    summary: 'Make the read model anew',
    description:
      'In one transaction: readers see the old one until the new one is whole. Questions and verdicts are not part of it.',
  })
  @ApiBody({ type: RebuildRequest, examples: { example: { value: { source: 'kept' } } } })
  @ApiOkResponse({ type: RebuiltResponse })
  @Problems(401, 403, 415)
  async rebuild(@Body() { source }: RebuildRequest): Promise<RebuiltResponse> {
    const { before, after, entries } = await this.commands.execute(new RebuildReadModel(source));
    return { before, after, same: before === after, entries };
  }
}
