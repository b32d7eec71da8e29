import { CurrentCaller, Problems, Roles, type Caller } from '@lodemark/platform';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { EXAMPLES } from '../examples.js';
import { answered } from '../http/documented.js';
import { AddWebhook, ListWebhooks, RemoveWebhook, ReplayWebhook } from './webhook-commands.js';
import { ReplayRequest, WebhookIdRequest, WebhookRequest } from './webhook.request.js';
import {
  describeMadeWebhook,
  describeWebhook,
  MadeWebhookResponse,
  WebhookResponse,
  WebhooksResponse,
} from './webhook.response.js';

const ID = ApiParam({ name: 'id', example: '7d4c2f60-3b0e-4f6d-8a4b-51c9a7e20001' });

@ApiTags('certificates')
@Controller('v1/webhooks')
@Roles('facility-operator', 'auditor', 'registrar', 'administrator')
export class WebhooksController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @HttpCode(201)
  @ApiOperation({
    summary: 'Be told of what happens to certificates',
    description:
      'Every change of GET /v1/certificates/changes that the caller may see is posted to the address, in order, signed ' +
      'by the Standard Webhooks convention (`webhook-id`, `webhook-timestamp`, `webhook-signature`). What is not ' +
      'answered with 2xx within ten seconds is sent again, ever more seldom, at least once an hour, until it is; 410 ' +
      'ends it. Redirects are not followed. A message may come twice: its `webhook-id` is then the same.',
  })
  @ApiBody({ type: WebhookRequest, examples: { example: { value: EXAMPLES.webhook } } })
  @ApiCreatedResponse({
    type: MadeWebhookResponse,
    links: {
      replay: answered('WebhooksController_replay'),
      end: answered('WebhooksController_remove'),
    },
  })
  @Problems(401, 403, 404, 409, 413, 415, 422)
  async add(
    @Body() { url, secret, after }: WebhookRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<MadeWebhookResponse> {
    return describeMadeWebhook(await this.commands.execute(new AddWebhook(url, secret, after, caller)));
  }

  @Get()
  @ApiOperation({ summary: 'One’s webhooks, and how their deliveries go' })
  @ApiOkResponse({ type: WebhooksResponse })
  @Problems(401, 403)
  async list(@CurrentCaller() caller: Caller): Promise<WebhooksResponse> {
    const webhooks = await this.queries.execute(new ListWebhooks(caller));
    return { webhooks: webhooks.map(describeWebhook) };
  }

  @Post(':id/replay')
  @HttpCode(202)
  @ID
  @ApiOperation({
    summary: 'Deliver again what was delivered before',
    description: 'Everything after `after`, in order, beginning at once; also what ended begins again.',
  })
  @ApiAcceptedResponse({ type: WebhookResponse })
  @Problems(401, 403, 404, 422)
  async replay(
    @Param() { id }: WebhookIdRequest,
    @Query() { after }: ReplayRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<WebhookResponse> {
    return describeWebhook(await this.commands.execute(new ReplayWebhook(id, after, caller)));
  }

  @Delete(':id')
  @HttpCode(204)
  @ID
  @ApiOperation({ summary: 'Be told no more' })
  @ApiNoContentResponse()
  @Problems(401, 403, 404)
  async remove(@Param() { id }: WebhookIdRequest, @CurrentCaller() caller: Caller): Promise<void> {
    await this.commands.execute(new RemoveWebhook(id, caller));
  }
}
