import {
  AcceptsBytes,
  CurrentCaller,
  OptionalCaller,
  Problems,
  RawBody,
  RequestId,
  type Caller,
  RawBodyBytes,
} from '@lodemark/platform';
import { Controller, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import {
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiResponse,
  ApiSecurity,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import { LIMITS } from '../ports.js';
import type { CustodyLimits } from '../custody-config.js';
import { EXAMPLES } from '../examples.js';
import type { Answer } from './answer.js';
import { BatchAnswerResponse, EventAnswerResponse, RecordedEventResponse } from './event.response.js';
import { FindEvent } from './find-event.js';
import { AtomicQuery } from './events.request.js';
import { PostEvents } from './post-events.js';
import { readItems } from './read-items.js';

const MEDIA_TYPES = ['application/jose', 'application/x-ndjson', 'application/json'];
const REQUEST_BODY = {
  description:
    'One compact JWS (application/jose); many lines, each a JWS or a JSON event (application/x-ndjson); one JSON event ' +
    'or an array of them, which the service signs with the facility’s custodial key (application/json).',
  content: Object.fromEntries(
    MEDIA_TYPES.map((type) => [
      type,
      {
        schema: { type: type === 'application/json' ? ('object' as const) : ('string' as const) },
        examples: EXAMPLES.events[type] ?? {},
      },
    ]),
  ),
};

interface Reply {
  status(code: number): Reply;
  header(name: string, value: string): Reply;
}

function Answers(): MethodDecorator {
  const one = { $ref: getSchemaPath(EventAnswerResponse) };
  const many = { $ref: getSchemaPath(BatchAnswerResponse) };
  const either = { 'application/json': { schema: { oneOf: [one, many] } } };
  const decorators = [
    ApiExtraModels(EventAnswerResponse, BatchAnswerResponse),
    ApiResponse({
      status: 200,
      description: 'Repeated, acceptable, or a batch of which every item is.',
      content: either,
    }),
    ApiResponse({
      status: 201,
      description: 'Recorded: the receipt is a promise that the event is in the log for good.',
      content: either,
    }),
    ApiResponse({
      status: 207,
      description: 'A batch of which some items are refused; the others are recorded.',
      content: { 'application/json': { schema: many } },
    }),
    Problems(401, 403, 404, 409, 413, 415, 422),
  ];
  return (target, key, descriptor) => {
    decorators.forEach((decorate) => {
      decorate(target, key, descriptor);
    });
  };
}

@ApiTags('events')
@Controller('v1/events')
export class EventsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    @Inject(LIMITS) private readonly limits: CustodyLimits,
  ) {}

  /** Records custody events in their facility's log. */
  @Post()
  @OptionalCaller()
  @AcceptsBytes(MEDIA_TYPES)
  @ApiOperation({
    summary: 'Post custody events',
    requestBody: REQUEST_BODY,
    description:
      'An event’s identity is its facility and its eventId: posting it again gives the first receipt and records nothing twice.',
  })
  @ApiSecurity('bearer')
  @ApiQuery({ name: 'atomic', required: false, description: 'true: all or nothing, within one log.' })
  @Answers()
  post(
    @RawBody() body: RawBodyBytes,
    @Query() query: AtomicQuery,
    @CurrentCaller() caller: Caller | undefined,
    @RequestId() requestId: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<unknown> {
    return this.take({ body, atomic: query.atomic === 'true', dryRun: false }, { caller, requestId, reply });
  }

  /** Everything but recording. */
  @Post('check')
  @HttpCode(200)
  @OptionalCaller()
  @AcceptsBytes(MEDIA_TYPES)
  @ApiOperation({ summary: 'Check custody events without recording them', requestBody: REQUEST_BODY })
  @ApiSecurity('bearer')
  @ApiQuery({ name: 'atomic', required: false, description: 'true: all or nothing, within one log.' })
  @Answers()
  check(
    @RawBody() body: RawBodyBytes,
    @Query() query: AtomicQuery,
    @CurrentCaller() caller: Caller | undefined,
    @RequestId() requestId: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<unknown> {
    return this.take({ body, atomic: query.atomic === 'true', dryRun: true }, { caller, requestId, reply });
  }

  /** An event and its receipt, by the id that the client gave it. */
  @Get(':facility/:eventId')
  @ApiOperation({
    summary: 'Find an event',
    description: 'How a client learns what became of a post whose answer was lost.',
  })
  @ApiSecurity('bearer')
  @ApiParam({ name: 'facility', example: 'kokbulak' })
  @ApiParam({ name: 'eventId', example: EXAMPLES.eventId })
  @ApiOkResponse({ type: RecordedEventResponse })
  @Problems(401, 403, 404)
  find(
    @Param('facility') facility: string,
    @Param('eventId') eventId: string,
    @CurrentCaller() caller: Caller,
  ): Promise<RecordedEventResponse> {
    return this.queries.execute(new FindEvent(facility, eventId, caller));
  }

  private async take(
    asked: { body: RawBodyBytes; atomic: boolean; dryRun: boolean },
    by: { caller: Caller | undefined; requestId: string; reply: Reply },
  ): Promise<EventAnswerResponse | BatchAnswerResponse> {
    const { single, items } = readItems(asked.body, this.limits);
    const { atomic, dryRun } = asked;
    const answers = await this.commands.execute(new PostEvents(items, { caller: by.caller, atomic, dryRun }));
    const [first] = answers;
    if (single && first !== undefined) {
      if (first.outcome === 'refused') throw first.problem;
      by.reply.status(statusOf(first));
      return first;
    }
    by.reply.status(answers.every(({ outcome }) => outcome !== 'refused') ? 200 : 207);
    return { items: answers.map((answer, index) => itemAnswer(answer, index, by.requestId)) };
  }
}

function statusOf(answer: Answer): number {
  if (answer.outcome === 'refused') return answer.problem.status;
  return answer.outcome === 'recorded' ? 201 : 200;
}

function itemAnswer(answer: Answer, index: number, requestId: string): BatchAnswerResponse['items'][number] {
  const head = { index, status: statusOf(answer), outcome: answer.outcome };
  switch (answer.outcome) {
    case 'refused':
      return { ...head, problem: answer.problem.toProblem(requestId) };
    case 'acceptable':
      return head;
    default:
      return { ...head, receipt: answer.receipt, signedReceipt: answer.signedReceipt };
  }
}
