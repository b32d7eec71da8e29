import { randomUUID } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import type { HttpRequest } from './request.js';

// Long enough for a UUID or a trace id; no character that could break a log line or a header.
const SANE = /^[A-Za-z0-9._:-]{8,128}$/;

/** The id of a request: the caller's `X-Request-Id` when it is sane, else a new UUID. */
export function requestIdOf(message: IncomingMessage): string {
  const given = message.headers['x-request-id'];
  return typeof given === 'string' && SANE.test(given) ? given : randomUUID();
}

/** The parameter is the id of the request, which is also the `instance` of its problem details. */
export const RequestId: () => ParameterDecorator = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<HttpRequest>().id,
);
