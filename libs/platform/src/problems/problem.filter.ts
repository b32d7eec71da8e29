import { Catch, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { HttpRequest } from '../http/request.js';
import { LOGGER, type Logger } from '../logging/logger.js';
import { SERVICE_OPTIONS, type ServiceOptions } from '../service/service-options.js';
import { isFault, toProblem } from './to-problem.js';

/** Answers everything that is thrown with `application/problem+json` (RFC 9457), and logs faults once. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly host: HttpAdapterHost,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(SERVICE_OPTIONS) private readonly options: ServiceOptions,
  ) {}

  catch(thrown: unknown, context: ArgumentsHost): void {
    const http = context.switchToHttp();
    const request = http.getRequest<HttpRequest>();
    const reply: unknown = http.getResponse();
    const { translateError = (error: unknown) => error, problemTypeBase } = this.options;
    const problem = toProblem(translateError(thrown));
    request.problem = problem.type;
    if (isFault(problem)) {
      this.logger.error(
        { requestId: request.id, err: problem.cause ?? thrown, problem: problem.type },
        'request failed',
      );
    }
    const adapter = this.host.httpAdapter;
    if (adapter.isHeadersSent(reply)) {
      // Half an answer cannot be taken back: ending the connection is the only way to say that it is not whole.
      request.raw.destroy();
      return;
    }
    const body = problem.toProblem(request.id, problemTypeBase);
    for (const [name, value] of Object.entries(problem.headers)) adapter.setHeader(reply, name, value);
    adapter.setHeader(reply, 'Content-Type', 'application/problem+json');
    adapter.setHeader(reply, 'Cache-Control', 'no-store');
    adapter.reply(reply, Buffer.from(JSON.stringify(body)), problem.status);
  }
}
