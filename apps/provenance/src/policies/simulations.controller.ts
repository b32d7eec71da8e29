import { Problems, Roles } from '@lodemark/platform';
import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { EXAMPLES } from '../examples.js';
import { answered } from '../http/documented.js';
import { BeginSimulation, CancelSimulation, FindSimulation } from './simulate.js';
import { DocumentRequest, SimulationIdRequest, SimulationRequest } from './simulation.request.js';
import { describeSimulation, SimulationResponse } from './simulation.response.js';

const ID = ApiParam({ name: 'id', example: '0190d6c4-5b1e-7c3a-9d2f-3a1b5c7d9e10' });

@ApiTags('policies')
@Controller('v1')
@Roles('registrar', 'administrator')
export class SimulationsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post('policies/:digest/simulate')
  @HttpCode(202)
  @ApiParam({ name: 'digest', example: EXAMPLES.policyDigest })
  @ApiOperation({
    summary: 'What a policy document would change',
    description:
      'Judges every verdict given so far under the document, which need not be published: hand a draft in to the ' +
      'registry by PUT /v1/policies/{digest}. Each is judged at its own horizon, with its own question. Answers at once.',
  })
  @ApiBody({ type: SimulationRequest, examples: { example: { value: {} } } })
  @ApiAcceptedResponse({
    type: SimulationResponse,
    links: {
      simulation: answered('SimulationsController_find'),
      end: answered('SimulationsController_cancel'),
    },
  })
  @Problems(401, 403, 404, 409, 415, 422, 503)
  async begin(
    @Param() { digest }: DocumentRequest,
    @Body() { under }: SimulationRequest,
  ): Promise<SimulationResponse> {
    return describeSimulation(await this.commands.execute(new BeginSimulation(digest, under)));
  }

  @Get('simulations/:id')
  @ID
  @ApiOperation({ summary: 'How far a simulation is, and what it found' })
  @ApiOkResponse({ type: SimulationResponse })
  @Problems(401, 403, 404)
  async find(@Param() { id }: SimulationIdRequest): Promise<SimulationResponse> {
    return describeSimulation(await this.queries.execute(new FindSimulation(id)));
  }

  @Delete('simulations/:id')
  @HttpCode(202)
  @ID
  @ApiOperation({
    summary: 'End a simulation',
    description: 'After the verdict in hand; what it found so far stays.',
  })
  @ApiAcceptedResponse({ type: SimulationResponse })
  @Problems(401, 403, 404)
  async cancel(@Param() { id }: SimulationIdRequest): Promise<SimulationResponse> {
    return describeSimulation(await this.commands.execute(new CancelSimulation(id)));
  }
}
