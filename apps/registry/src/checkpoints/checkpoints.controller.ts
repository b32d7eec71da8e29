import { invalidRequest, ProblemError, Problems, Public } from '@lodemark/platform';
import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiExtraModels,
  ApiOperation,
  ApiParam,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import { EXAMPLES } from '../examples/examples.js';
import { Reads } from '../http/documented.js';
import { found } from '../http/found.js';
import { FacilityRequest } from '../http/path.request.js';
import { asProblem } from '../http/as-problem.js';
import { RootSigning } from '../rounds/root-signing.js';
import { REGISTRY_METRICS, type RegistryMetrics } from '../registry-metrics.js';
import {
  CheckpointAcceptedResponse,
  CheckpointOutcomesResponse,
  LastCheckpointResponse,
  type CheckpointOutcomeResponse,
} from './checkpoint-accepted.response.js';
import { FindLastCheckpoint } from './find-last-checkpoint.js';
import { HandInCheckpoint } from './hand-in-checkpoint.js';
import { HandInCheckpointsRequest, type HandInCheckpointRequest } from './hand-in-checkpoints.request.js';

const ACCEPTED = 202;

@ApiTags('checkpoints')
@Controller('v1/checkpoints')
export class CheckpointsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly signing: RootSigning,
    @Inject(REGISTRY_METRICS) private readonly metrics: RegistryMetrics,
  ) {}

  @Post()
  @Public()
  @HttpCode(ACCEPTED)
  @ApiOperation({
    summary: 'Hand in checkpoints of facility logs',
    description:
      'A checkpoint authenticates itself by the log key that signed it. Each must extend the last accepted one, by ' +
      'proof; it enters the root log with the next round. Two roots for one size are a fork: both notes go into the ' +
      'root log as logFault and the log counts no more. With `checkpoints`, each gets an outcome of its own.',
  })
  @ApiBody({
    type: HandInCheckpointsRequest,
    examples: {
      one: { value: EXAMPLES.checkpoint },
      several: { value: { checkpoints: [EXAMPLES.checkpoint] } },
    },
  })
  @ApiExtraModels(CheckpointAcceptedResponse, CheckpointOutcomesResponse)
  @ApiAcceptedResponse({
    description: 'Accepted and durable; or one outcome for each of several.',
    schema: {
      oneOf: [
        { $ref: getSchemaPath(CheckpointAcceptedResponse) },
        { $ref: getSchemaPath(CheckpointOutcomesResponse) },
      ],
    },
  })
  @Problems(403, 409, 413, 415, 422)
  async handIn(
    @Body() body: HandInCheckpointsRequest,
  ): Promise<CheckpointAcceptedResponse | CheckpointOutcomesResponse> {
    const { checkpoint, consistencyProof, checkpoints } = body;
    if (checkpoints !== undefined && (checkpoint !== undefined || consistencyProof !== undefined)) {
      const detail = 'One checkpoint, or several here, but not both.';
      throw invalidRequest([{ code: 'not-both', pointer: '/checkpoints', detail }], 'body');
    }
    if (checkpoints === undefined)
      return this.handInOne({ checkpoint: checkpoint ?? '', ...(consistencyProof && { consistencyProof }) });
    const outcomes: CheckpointOutcomeResponse[] = [];
    // In order: the second of one log may extend the first.
    for (const one of checkpoints) outcomes.push(await this.outcomeOf(one));
    return { outcomes };
  }

  @Get(':facility')
  @Public()
  @ApiParam({ name: 'facility', example: EXAMPLES.facility.facility })
  @Reads(
    {
      summary: 'The last accepted checkpoint of a facility log',
      description: 'What the consistency proof of the next one starts from.',
    },
    { type: LastCheckpointResponse },
  )
  async last(@Param() { facility }: FacilityRequest): Promise<LastCheckpointResponse> {
    return found(await this.queries.execute(new FindLastCheckpoint(facility)), `checkpoint of ${facility}`);
  }

  private async outcomeOf(one: HandInCheckpointRequest): Promise<CheckpointOutcomeResponse> {
    try {
      return { status: ACCEPTED, accepted: await this.handInOne(one) };
    } catch (error) {
      const problem = asProblem(error);
      if (!(problem instanceof ProblemError)) throw error;
      return { status: problem.status, problem: { ...problem.toProblem() } };
    }
  }

  private async handInOne({
    checkpoint,
    consistencyProof = [],
  }: HandInCheckpointRequest): Promise<CheckpointAcceptedResponse> {
    // While the root log lacks entries it may lack a checkpoint that this one contradicts.
    this.signing.requireSound();
    try {
      const { facility, origin, size, root, fresh } = await this.commands.execute(
        new HandInCheckpoint(checkpoint, consistencyProof),
      );
      this.metrics.checkpoints.inc({ outcome: fresh ? 'accepted' : 'repeated' });
      const last = await this.queries.execute(new FindLastCheckpoint(facility));
      return { origin, size, root, fresh, rootIndex: last?.rootIndex ?? null };
    } catch (error) {
      this.metrics.checkpoints.inc({ outcome: 'refused' });
      throw error;
    }
  }
}
