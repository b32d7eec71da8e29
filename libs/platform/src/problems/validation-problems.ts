import type { ValidationError } from '@nestjs/common';
import { ProblemError, type InputProblem } from './problem-error.js';

/** Problems listed in one answer at most; a hostile body could make thousands. */
const LISTED = 100;

/** The part of a request that a pipe validates. */
export type RequestPart = 'body' | 'query' | 'path' | 'header';

/** What class-validator found, as problems with JSON pointers into the part of the request. */
export function validationProblem(errors: readonly ValidationError[], part: RequestPart): ProblemError {
  return invalidRequest([...flattened(errors, '', part)], part);
}

/** A 400 that lists what is wrong with one part of the request. */
export function invalidRequest(problems: readonly InputProblem[], part: RequestPart): ProblemError {
  const where = { body: 'body', query: 'query', path: 'path', header: 'header' }[part];
  return new ProblemError({
    type: 'invalid-request',
    status: 400,
    title: 'Invalid request',
    detail: `The ${where} of the request is not what this operation takes.`,
    errors: problems.slice(0, LISTED),
  });
}

function* flattened(
  errors: readonly ValidationError[],
  parent: string,
  part: RequestPart,
): Generator<InputProblem> {
  for (const error of errors) {
    const pointer = memberPointer(parent, error.property);
    for (const [constraint, message] of Object.entries(error.constraints ?? {})) {
      const [code, detail] = RENAMED[constraint] ?? [kebab(constraint), message];
      yield { code, pointer, detail, ...(part === 'body' ? {} : { in: part }) };
    }
    yield* flattened(error.children ?? [], pointer, part);
  }
}

// class-validator's own words for these speak to programmers.
const RENAMED: Readonly<Record<string, readonly [code: string, detail: string]>> = {
  whitelistValidation: ['unknown-field', 'This field is not known here.'],
  unknownValue: ['not-an-object', 'An object is expected here.'],
  nestedValidation: ['not-an-object', 'An object, or a list of objects, is expected here.'],
};

function kebab(constraint: string): string {
  return constraint.replaceAll(/[A-Z]+/g, (capitals) => `-${capitals.toLowerCase()}`).replace(/^-/, '');
}

/** The JSON pointer to a member of what another pointer names (RFC 6901). */
export function memberPointer(parent: string, name: string): string {
  return `${parent}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
