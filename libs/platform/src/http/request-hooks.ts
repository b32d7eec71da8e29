import type { Logger } from '../logging/logger.js';
import type { Metrics } from '../metrics/metrics.js';
import type { Shutdown } from '../shutdown/shutdown.js';
import { standardProblem } from '../problems/standard-problems.js';
import { OtherMethods } from './other-methods.js';
import { SECURITY_HEADERS } from './security-headers.js';
import type { FastifyServer, HttpReply, HttpRequest } from './request.js';

interface Observers {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly shutdown: Shutdown;
}

const QUIET = ['/health/', '/metrics'];
const MAX_PATH = 200;

/** Gives every response its id and its security headers, and every request one log line and one observation. */
export function installRequestHooks(server: FastifyServer, { logger, metrics, shutdown }: Observers): void {
  const others = new OtherMethods();
  others.watch(server);
  server.addHook('onRequest', (request, reply, done) => {
    reply.header('X-Request-Id', request.id);
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) reply.header(name, value);
    if (shutdown.isStopping) reply.header('Connection', 'close');
    if (lacksHost(request)) done(standardProblem(400, 'A Host header is needed (RFC 9112, section 3.2).'));
    else done(request.is404 ? others.problem(request.url) : undefined);
  });
  server.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unmatched';
    metrics.observeRequest(
      { method: request.method, route, status: reply.statusCode },
      reply.elapsedTime / 1000,
    );
    const level = QUIET.some((prefix) => route.startsWith(prefix)) ? 'debug' : 'info';
    logger[level](line(request, reply, route), 'request');
    done();
  });
}

function lacksHost({ headers, raw }: HttpRequest): boolean {
  return headers.host === undefined && raw.httpVersion !== '1.0';
}

function line(request: HttpRequest, reply: HttpReply, route: string) {
  return {
    requestId: request.id,
    method: request.method,
    route,
    path: shownPath(request.url),
    status: reply.statusCode,
    milliseconds: Math.round(reply.elapsedTime * 10) / 10,
    ...(request.caller === undefined ? {} : { caller: request.caller.subject }),
    ...(request.problem === undefined ? {} : { problem: request.problem }),
  };
}

/** The path without its query, and without the whole of anything that is long enough to be a capability. */
export function shownPath(url: string): string {
  const [path = ''] = url.split('?', 1);
  return path.slice(0, MAX_PATH).replaceAll(/[A-Za-z0-9_-]{32,}/g, (segment) => `${segment.slice(0, 8)}…`);
}
