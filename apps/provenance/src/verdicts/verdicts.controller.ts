import { CurrentCaller, Problems, Roles, type Caller } from '@lodemark/platform';
import { renderFinding, renderVerdict, type Change, type Verdict } from '@lodemark/policy';
import {
  Body,
  Controller,
  Get,
  Headers,
  HttpCode,
  Param,
  Post,
  Query,
  Res,
  StreamableFile,
} from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import {
  ApiBody,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiTags,
} from '@nestjs/swagger';
import { EXAMPLES } from '../examples.js';
import { answered } from '../http/documented.js';
import { negotiated } from '../http/negotiated.js';
import { AskVerdict } from './ask-verdict.js';
import { AskVerdictRequest } from './ask-verdict.request.js';
import { FindDifference } from './find-difference.js';
import { FindVerdict } from './find-verdict.js';
import { shown } from './lot-verdicts.controller.js';
import { questionGiven } from './question-given.js';
import { DifferenceRequest } from './verdict-reads.request.js';
import { ChangeResponse, ComparedVerdictResponse, DifferenceResponse } from './verdict-reads.response.js';
import { VerdictIdRequest } from './verdict-id.request.js';
import { VerdictDocumentResponse, VerdictResponse } from './verdict.response.js';

interface HeaderSetter {
  header(name: string, value: string): unknown;
}

const ID = ApiParam({
  name: 'id',
  description:
    'SHA-256 of the verdict’s canonical bytes, lowercase hex: the `id` of the answer to a question.',
  example: EXAMPLES.verdictId,
});

/** What an answer to a question leads to. */
const LINKS = {
  verdict: answered('VerdictsController_find'),
  difference: answered('VerdictsController_difference', { a: '/id', b: '/id' }),
  simulation: answered('SimulationsController_begin', { digest: '/verdict/policy/document' }),
};

@ApiTags('verdicts')
@Controller('v1/verdicts')
@Roles('facility-operator', 'auditor', 'registrar', 'administrator')
export class VerdictsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @HttpCode(201)
  @ApiOperation({
    summary: 'Ask about a lot',
    description:
      'Did it stay where the policy wants it, from the ground to here? The answer is a function of the evidence at the ' +
      'horizon, the policy and the question: asked again, it has the same bytes and the same id.',
  })
  @ApiBody({ type: AskVerdictRequest, examples: { example: { value: EXAMPLES.question } } })
  @ApiCreatedResponse({ type: VerdictResponse, links: LINKS })
  @Problems(401, 403, 404, 409, 413, 415, 422)
  async ask(@Body() body: AskVerdictRequest, @CurrentCaller() caller: Caller): Promise<VerdictResponse> {
    const { lot, policy, question = {}, horizon, asOf } = body;
    const asked = {
      lot,
      ...(policy === undefined ? {} : { policy }),
      ...{ question: questionGiven(question), horizon, asOf },
    };
    const { id, verdict } = await this.commands.execute(new AskVerdict(asked, caller));
    return answer(id, verdict);
  }

  @Get('diff')
  @ApiQuery({ name: 'a', example: EXAMPLES.verdictId, description: 'The first verdict.' })
  @ApiQuery({ name: 'b', example: EXAMPLES.verdictId, description: 'The second verdict, on the same lot.' })
  @ApiOperation({
    summary: 'Why two verdicts on a lot differ',
    description:
      'In three steps, each with one cause: other entries that count, another policy document, another question.',
  })
  @ApiOkResponse({ type: DifferenceResponse })
  @Problems(401, 403, 404, 409, 422)
  async difference(
    @Query() { a, b }: DifferenceRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<DifferenceResponse> {
    const found = await this.queries.execute(new FindDifference(a, b, caller));
    return {
      lot: found.a.lot,
      ...{ a: compared(a, found.a), b: compared(b, found.b) },
      ...{ data: changed(found.data), policy: changed(found.policy), question: changed(found.question) },
    };
  }

  @Get(':id')
  @ID
  @ApiOperation({
    summary: 'A verdict that was given',
    description:
      'As JSON; with `Accept: text/plain` as prose that is rendered from it; with `.bytes` after the id its canonical bytes.',
  })
  @ApiOkResponse({
    description: 'With `Accept: text/plain`, prose.',
    content: {
      'application/json': { schema: { $ref: '#/components/schemas/VerdictResponse' } },
      'text/plain': { schema: { type: 'string' } },
    },
  })
  @Problems(401, 403, 404)
  async find(
    @Param() { id }: VerdictIdRequest,
    @Headers('accept') accept: string | undefined,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: HeaderSetter,
  ): Promise<VerdictResponse | StreamableFile | string> {
    const digest = id.slice(0, DIGEST_LENGTH);
    const found = await this.queries.execute(new FindVerdict(digest, caller));
    const { bytes, verdict, policySupersededBy } = found;
    reply.header('Vary', 'Accept');
    if (id.endsWith('.bytes')) {
      return new StreamableFile(bytes, { type: 'application/json', length: bytes.length });
    }
    if (negotiated(['application/json', 'text/plain'], accept) === 'text/plain') {
      reply.header('Content-Type', 'text/plain; charset=utf-8');
      return `${renderVerdict(verdict).join('\n')}\n`;
    }
    return answer(digest, verdict, policySupersededBy);
  }
}

const DIGEST_LENGTH = 64;

function answer(id: string, verdict: Verdict, policySupersededBy?: string): VerdictResponse {
  const explanations = verdict.findings.map(renderFinding);
  const document = verdict as unknown as VerdictDocumentResponse;
  return { id, verdict: document, explanations, ...(policySupersededBy && { policySupersededBy }) };
}

function compared(id: string, { policy, question, horizon, outcome }: Verdict): ComparedVerdictResponse {
  return { id, policy, horizon, outcome, question: { ...question } };
}

function changed({ outcome, gone, came }: Change): ChangeResponse {
  return { ...outcome, gone: gone.map(shown), came: came.map(shown) };
}
