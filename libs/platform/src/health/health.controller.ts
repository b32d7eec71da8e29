import { Controller, Get, HttpStatus, Inject, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public, Unlimited } from '../auth/access.js';
import { HEALTH, type HealthRegistry, type HealthReport } from './health-registry.js';

/** The three probes. `live` depends on nothing: restarting a service does not mend its database. */
@Public()
@Unlimited()
@ApiExcludeController()
@Controller('health')
export class HealthController {
  constructor(
    private readonly host: HttpAdapterHost,
    @Inject(HEALTH) private readonly health: HealthRegistry,
  ) {}

  @Get('live')
  live(): { readonly status: 'up' } {
    return { status: 'up' };
  }

  @Get('ready')
  async ready(@Res() reply: unknown): Promise<void> {
    this.answer(reply, await this.health.ready());
  }

  @Get('startup')
  async startup(@Res() reply: unknown): Promise<void> {
    this.answer(reply, await this.health.startup());
  }

  private answer(reply: unknown, report: HealthReport): void {
    const status = report.status === 'up' ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE;
    this.host.httpAdapter.reply(reply, report, status);
  }
}
