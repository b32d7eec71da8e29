import { ProblemError } from './problem-error.js';

const SECOND_MS = 1000;

/** What the framework and the guards refuse, by status; applications name their own problems. */
const STANDARD: Readonly<Record<number, readonly [type: string, title: string]>> = {
  400: ['bad-request', 'Bad request'],
  401: ['unauthenticated', 'Unauthenticated'],
  403: ['forbidden', 'Forbidden'],
  404: ['not-found', 'Not found'],
  405: ['method-not-allowed', 'Method not allowed'],
  406: ['not-acceptable', 'Not acceptable'],
  408: ['request-timeout', 'Request timeout'],
  409: ['conflict', 'Conflict'],
  410: ['gone', 'Gone'],
  412: ['precondition-failed', 'Precondition failed'],
  413: ['body-too-large', 'Body too large'],
  414: ['uri-too-long', 'URI too long'],
  415: ['unsupported-media-type', 'Unsupported media type'],
  417: ['expectation-failed', 'Expectation failed'],
  422: ['unprocessable', 'Unprocessable content'],
  429: ['too-many-requests', 'Too many requests'],
  431: ['headers-too-large', 'Request header fields too large'],
  500: ['internal', 'Internal error'],
  503: ['unavailable', 'Service unavailable'],
};

/** The problem of a status that needs no name of its own. */
export function standardProblem(status: number, detail?: string, cause?: unknown): ProblemError {
  const known = STANDARD[status];
  const [type, title] =
    known ?? (status < 500 ? ['bad-request', 'Bad request'] : ['internal', 'Internal error']);
  return new ProblemError({ type, status, title, ...(detail === undefined ? {} : { detail }), cause });
}

/** 401, for a route under `@OptionalCaller()` that turns out to need a caller. `WWW-Authenticate` says how. */
export function unauthenticated(detail: string, error?: 'invalid_token'): ProblemError {
  const challenge = 'Bearer realm="lodemark"';
  return new ProblemError({
    type: 'unauthenticated',
    status: 401,
    title: 'Unauthenticated',
    detail,
    headers: { 'WWW-Authenticate': error === undefined ? challenge : `${challenge}, error="${error}"` },
  });
}

/** 403: the caller is known and may not do this. */
export function forbidden(detail: string): ProblemError {
  return new ProblemError({
    type: 'forbidden',
    status: 403,
    title: 'Forbidden',
    detail,
    headers: { 'WWW-Authenticate': 'Bearer realm="lodemark", error="insufficient_scope"' },
  });
}

/** 413: the operation takes at most `limit` bytes. */
export function bodyTooLarge(limit: number): ProblemError {
  return new ProblemError({
    type: 'body-too-large',
    status: 413,
    title: 'Body too large',
    detail: `A body of this operation has at most ${limit} bytes.`,
    facts: { limit },
  });
}

/** 429 with the time to wait, in milliseconds, rounded up to whole seconds. */
export function tooManyRequests(waitMs: number, detail: string): ProblemError {
  return new ProblemError({
    type: 'too-many-requests',
    status: 429,
    title: 'Too many requests',
    detail,
    headers: { 'Retry-After': seconds(waitMs) },
  });
}

/** 503 with the time to wait, in milliseconds, rounded up to whole seconds. */
export function unavailable(waitMs: number, detail: string, cause?: unknown): ProblemError {
  return new ProblemError({
    type: 'unavailable',
    status: 503,
    title: 'Service unavailable',
    detail,
    headers: { 'Retry-After': seconds(waitMs) },
    cause,
  });
}

function seconds(waitMs: number): string {
  return String(Math.max(1, Math.ceil(waitMs / SECOND_MS)));
}
