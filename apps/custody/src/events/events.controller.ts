import {
  AcceptsBytes,
  CurrentCaller,
  LOGGER,
  OptionalCaller,
  Problems,
  RawBody,
  RawBodyBytes,
  RequestId,
  type Caller,
  type Logger,
} from '@lodemark/platform';
import { Controller, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiParam, ApiSecurity, ApiTags } from '@nestjs/swagger';
import type { CustodyLimits } from '../custody-config.js';
import { EXAMPLES } from '../examples.js';
import { EventRequest } from '../http/path.request.js';
import { LIMITS } from '../ports.js';
import { batchReply, singleReply, type EventReply } from './event-replies.js';
import {
  RecordedEventResponse,
  type BatchAnswerResponse,
  type EventAnswerResponse,
} from './event.response.js';
import { AtomicQuery } from './events.request.js';
import { EVENT_MEDIA_TYPES, TakesEvents } from './events-documented.js';
import { FindEvent } from './find-event.js';
import { PostEvents } from './post-events.js';
import { readItems } from './read-items.js';

interface Reply {
  status(code: number): Reply;
  header(name: string, value: string): Reply;
}

interface Asked {
  readonly body: RawBodyBytes;
  readonly caller: Caller | undefined;
  readonly requestId: string;
  readonly atomic: boolean;
  readonly dryRun: boolean;
}

@ApiTags('events')
@Controller('v1/events')
export class EventsController {
  // No comment stands above a method whose documentation a decorator of ours gives: the plug-in would prefer the comment.
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    @Inject(LIMITS) private readonly limits: CustodyLimits,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Post()
  @OptionalCaller()
  @AcceptsBytes(EVENT_MEDIA_TYPES)
  @TakesEvents({
    summary: 'Post custody events',
    description:
      'A signed event authenticates itself; one to be signed needs the token of its facility’s operator, whose pseudonym ' +
      'the service adds as `clerk` unless the event names one. An event’s identity is its facility and its `eventId`: the ' +
      'same payload again gives the first receipt and records nothing twice, whoever posts it; another payload under the ' +
      'same `eventId` is a 409, and the contradiction is recorded for everybody to see.',
  })
  async post(
    @RawBody() body: RawBodyBytes,
    @Query() { atomic }: AtomicQuery,
    @CurrentCaller() caller: Caller | undefined,
    @RequestId() requestId: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<EventAnswerResponse | BatchAnswerResponse> {
    const asked = { body, caller, requestId, atomic: atomic === 'true', dryRun: false };
    return answer(reply, await this.take(asked));
  }

  @Post('check')
  @HttpCode(200)
  @OptionalCaller()
  @AcceptsBytes(EVENT_MEDIA_TYPES)
  @TakesEvents({
    summary: 'Check custody events without recording them',
    description: 'Answers as a post would at this moment, `acceptable` instead of `recorded`.',
  })
  async check(
    @RawBody() body: RawBodyBytes,
    @Query() { atomic }: AtomicQuery,
    @CurrentCaller() caller: Caller | undefined,
    @RequestId() requestId: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<EventAnswerResponse | BatchAnswerResponse> {
    const asked = { body, caller, requestId, atomic: atomic === 'true', dryRun: true };
    return answer(reply, await this.take(asked));
  }

  /** An event and its receipt, by the id that the client gave it. */
  @Get(':facility/:eventId')
  @ApiOperation({
    summary: 'Find an event',
    description:
      'How a client learns what became of a post whose answer was lost. For operators and auditors of the facility or ' +
      'of a lot that the event names, and for the facility to which it was said.',
  })
  @ApiSecurity('bearer')
  @ApiParam({ name: 'facility', example: EXAMPLES.facility })
  @ApiParam({ name: 'eventId', example: EXAMPLES.eventId })
  @ApiOkResponse({ type: RecordedEventResponse })
  @Problems(401, 403, 404)
  find(
    @Param() { facility, eventId }: EventRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<RecordedEventResponse> {
    return this.queries.execute(new FindEvent(facility, eventId, caller));
  }

  private async take({ body, caller, requestId, atomic, dryRun }: Asked): Promise<EventReply> {
    const { single, items } = readItems(body, this.limits);
    const answers = await this.commands.execute(new PostEvents(items, caller, { atomic, dryRun }));
    const [first] = answers;
    if (single && first !== undefined) return singleReply(first);
    for (const one of answers) {
      if (one.outcome === 'refused' && one.problem.status === 500)
        this.logger.error({ requestId, err: one.problem.cause ?? one.problem }, 'an item of a batch failed');
    }
    return batchReply(answers, { atomic, requestId });
  }
}

function answer(reply: Reply, { status, headers, body }: EventReply): EventReply['body'] {
  reply.status(status);
  for (const [name, value] of Object.entries(headers)) reply.header(name, value);
  return body;
}
