import { Problems, Roles } from '@lodemark/platform';
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { answered } from '../http/documented.js';
import { BeginRebuild, FindRebuild } from './rebuild-commands.js';
import { RebuildIdRequest, RebuildRequest } from './rebuild.request.js';
import { describeRebuild, RebuildResponse } from './rebuild.response.js';

@ApiTags('status')
@Controller('v1/rebuilds')
@Roles('administrator')
export class RebuildController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({
    summary: 'Have the read model made anew',
    description:
      'Answers at once: look at the rebuild by its id until it is done or failed. While one runs, asking again gives ' +
      'that one. It is one transaction: readers see the old model until the new one is whole. Questions and verdicts ' +
      'are not part of it.',
  })
  @ApiBody({ type: RebuildRequest, examples: { example: { value: { source: 'kept' } } } })
  @ApiAcceptedResponse({ type: RebuildResponse, links: { rebuild: answered('RebuildController_find') } })
  @Problems(401, 403, 415)
  async begin(@Body() { source }: RebuildRequest): Promise<RebuildResponse> {
    return describeRebuild(await this.commands.execute(new BeginRebuild(source)));
  }

  @Get(':id')
  @ApiParam({ name: 'id', example: '0190d6c4-5b1e-7c3a-9d2f-3a1b5c7d9e0f' })
  @ApiOperation({ summary: 'How far a rebuild is, and what came of it' })
  @ApiOkResponse({ type: RebuildResponse })
  @Problems(401, 403, 404)
  async find(@Param() { id }: RebuildIdRequest): Promise<RebuildResponse> {
    return describeRebuild(await this.queries.execute(new FindRebuild(id)));
  }
}
