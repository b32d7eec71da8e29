import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';

/** How a response says that its body is a problem; `mountOpenApi` puts the schema in the document. */
export const PROBLEM_CONTENT = {
  'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
};

const MEANING: Readonly<Record<number, string>> = {
  400: 'The request is malformed; every fault has a pointer.',
  401: 'A bearer token is needed, or the one given is not good.',
  403: 'The caller, or the key that signed, may not do this.',
  404: 'There is no such thing, or not yet.',
  409: 'It contradicts what is recorded; the facts are members of the problem.',
  413: 'It is larger than this operation takes.',
  415: 'The media type is not taken here.',
  422: 'It is well formed and cannot be taken; every fault has a pointer.',
  429: 'Too many requests; Retry-After says how long to wait.',
  503: 'Not able to answer at present; Retry-After says how long to wait. Sending the same again is safe.',
};

/** Documents the problems that an operation may answer with, beside those that every one may (400, 429, 503). */
export function Problems(...statuses: readonly number[]): MethodDecorator {
  const all = [...new Set([400, ...statuses, 429, 503])];
  return applyDecorators(
    ...all.map((status) =>
      ApiResponse({ status, description: MEANING[status] ?? 'A problem.', content: PROBLEM_CONTENT }),
    ),
  );
}
