import { CurrentCaller, Problems, Roles, type Caller } from '@lodemark/platform';
import { renderVerdict } from '@lodemark/policy';
import { Body, Controller, Get, Headers, HttpCode, Param, Post, Res, StreamableFile } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBody, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { EXAMPLES } from '../examples.js';
import { answered } from '../http/documented.js';
import { AskVerdict } from './ask-verdict.js';
import { AskVerdictRequest } from './ask-verdict.request.js';
import { FindVerdict } from './find-verdict.js';
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
  @ApiCreatedResponse({ type: VerdictResponse, links: { verdict: answered('VerdictsController_find') } })
  @Problems(401, 403, 404, 409, 413, 415, 422)
  async ask(@Body() body: AskVerdictRequest, @CurrentCaller() caller: Caller): Promise<VerdictResponse> {
    const { lot, policy, question = {}, horizon } = body;
    const { endItem, ...dates } = question;
    const asked = {
      lot,
      ...(policy === undefined ? {} : { policy }),
      question: { ...given(dates), ...(endItem === undefined ? {} : { endItem: given(endItem) }) },
      ...(horizon === undefined ? {} : { horizon }),
    };
    const { id, verdict } = await this.commands.execute(new AskVerdict(asked, caller));
    return { id, verdict: verdict as unknown as VerdictDocumentResponse };
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
    const { bytes, verdict } = await this.queries.execute(new FindVerdict(digest, caller));
    reply.header('Vary', 'Accept');
    if (id.endsWith('.bytes')) {
      return new StreamableFile(bytes, { type: 'application/json', length: bytes.length });
    }
    if (prefersText(accept)) {
      reply.header('Content-Type', 'text/plain; charset=utf-8');
      return `${renderVerdict(verdict).join('\n')}\n`;
    }
    return { id: digest, verdict: verdict as unknown as VerdictDocumentResponse };
  }
}

const DIGEST_LENGTH = 64;

/** The question without members that were not given, as its canonical bytes must not depend on how it was parsed. */
function given<T extends object>(members: T): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
}

function prefersText(accept: string | undefined): boolean {
  if (accept === undefined) return false;
  const text = accept.indexOf('text/plain');
  const json = accept.indexOf('application/json');
  return text !== -1 && (json === -1 || text < json);
}
