import { Network } from '@lodemark/domain';
import { Problems, Roles } from '@lodemark/platform';
import { Body, Controller, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { EXAMPLES } from '../examples/examples.js';
import { RootSigning } from '../rounds/root-signing.js';
import { LogFaultResponse } from './log-fault.response.js';
import { ReportLogFault } from './report-log-fault.js';
import { ReportLogFaultRequest } from './report-log-fault.request.js';

@ApiTags('log faults')
@Controller('v1/log-faults')
export class LogFaultsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly network: Network,
    private readonly signing: RootSigning,
  ) {}

  @Post()
  @Roles('registrar')
  @ApiOperation({
    summary: 'End what counts from a facility log',
    description:
      'On the evidence of what the log’s own keys signed. The same fault again, or one that ends nothing more than an ' +
      'earlier one, gets the earlier one’s answer. It cannot be undone.',
  })
  @ApiBody({ type: ReportLogFaultRequest, examples: { example: { value: EXAMPLES.logFault } } })
  @ApiCreatedResponse({ type: LogFaultResponse })
  @Problems(401, 403, 413, 415, 422)
  async report(@Body() body: ReportLogFaultRequest): Promise<LogFaultResponse> {
    this.signing.requireSound();
    const { facility, fault, size, index, leaf, recordedAt } = await this.commands.execute(
      new ReportLogFault(body),
    );
    const origin = this.network.rootOrigin;
    return { facility, kind: fault, fromIndex: size, origin, index, leaf, recordedAt };
  }
}
