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
  const status = refusedStatus(thrown);
  if (status !== undefined) return standardProblem(status, DETAIL[status], thrown);
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
function refusedStatus(thrown: unknown): number | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown) || !('statusCode' in thrown)) {
    return undefined;
  }
  const { code, statusCode } = thrown;
  if (typeof code !== 'string' || !code.startsWith('FST_ERR_') || typeof statusCode !== 'number')
    return undefined;
  return statusCode >= 400 && statusCode < 500 ? statusCode : undefined;
}
