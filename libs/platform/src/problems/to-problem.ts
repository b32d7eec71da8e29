import { HttpException } from '@nestjs/common';
import { ProblemError } from './problem-error.js';
import { standardProblem } from './standard-problems.js';

// The framework's own words where they mislead: for an unknown route they repeat the whole URL, query included.
const DETAIL: Readonly<Record<number, string>> = {
  404: 'There is no such resource.',
  413: 'The body is larger than this operation takes.',
  414: 'A part of the path is longer than any that exists.',
};

/** The problem that answers whatever was thrown; what is nobody's refusal is an internal error without detail. */
export function toProblem(thrown: unknown): ProblemError {
  if (thrown instanceof ProblemError) return thrown;
  if (thrown instanceof HttpException) return fromHttpException(thrown);
  const refused = refusedByFramework(thrown);
  if (refused !== undefined) return standardProblem(refused.status, refused.detail, thrown);
  return standardProblem(500, 'Something went wrong here. It has been logged under this instance.', thrown);
}

/** Whether the answer is the service's fault, and therefore to be logged with its cause. */
export function isFault(problem: ProblemError): boolean {
  return problem.status >= 500;
}

function fromHttpException(exception: HttpException): ProblemError {
  const status = exception.getStatus();
  if (status >= 500 && status !== 503) return standardProblem(status, undefined, exception);
  return standardProblem(status, DETAIL[status] ?? exception.message, exception);
}

// Fastify's errors carry the status they are to be answered with; others that do are not trusted to mean it.
function refusedByFramework(thrown: unknown): { status: number; detail: string | undefined } | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown) || !('statusCode' in thrown)) return undefined;
  const { code, statusCode: status, message } = thrown;
  if (typeof code !== 'string' || !code.startsWith('FST_ERR_') || typeof status !== 'number')
    return undefined;
  if (status < 400 || status >= 500) return undefined;
  // Its own words repeat the whole URL, query included.
  const detail = code === 'FST_ERR_BAD_URL' ? 'The path is no percent-encoded UTF-8.' : message;
  return { status, detail: DETAIL[status] ?? detail };
}
