import type { ServerResponse } from 'node:http';
import type { Logger } from '../logging/logger.js';
import { toProblem } from '../problems/to-problem.js';
import { shownPath } from './request-hooks.js';
import { SECURITY_HEADERS } from './security-headers.js';

interface RefusedRequest {
  readonly id: string;
  readonly method: string;
  readonly url: string;
}

/** Answers what the router itself refuses (a malformed URL, an endless parameter): no hook and no filter sees it. */
export function answerRouterError(logger: Logger, typeBase: string | undefined) {
  return (
    error: Error,
    { id, method, url }: RefusedRequest,
    reply: { readonly raw: ServerResponse },
  ): void => {
    const problem = toProblem(error);
    const { status, type } = problem;
    logger.info({ requestId: id, method, path: shownPath(url), status, problem: type }, 'request');
    reply.raw.writeHead(status, {
      ...SECURITY_HEADERS,
      'Content-Type': 'application/problem+json',
      'X-Request-Id': id,
    });
    reply.raw.end(JSON.stringify(problem.toProblem(id, typeBase)));
  };
}
