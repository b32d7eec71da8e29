import type { z } from 'zod';
import { nearestName } from './nearest-name.js';
import { lastSegment, pointer, type Problem } from './problem.js';

/** zod's issues as problems with RFC 6901 pointers, one for every unknown field, none swallowed by unions. */
export function problemsOf(error: z.ZodError, knownNames: () => Iterable<string> = () => []): Problem[] {
  return error.issues.flatMap((issue) => toProblems(issue, [])).map((problem) => hinted(problem, knownNames));
}

function hinted(problem: Problem, knownNames: () => Iterable<string>): Problem {
  if (problem.code !== 'unknown-field') return problem;
  const name = lastSegment(problem.pointer);
  const near = nearestName(name, knownNames());
  return near === undefined
    ? problem
    : { ...problem, detail: `${problem.detail}; did you mean ${JSON.stringify(near)}?` };
}

function toProblems(issue: z.core.$ZodIssue, prefix: readonly PropertyKey[]): Problem[] {
  const path = [...prefix, ...issue.path];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        code: 'unknown-field',
        pointer: pointer([...path, key]),
        detail: `the field ${JSON.stringify(key)} is not known here`,
      }));
    case 'invalid_type':
      return [
        {
          code: missing(issue) ? 'missing-field' : 'wrong-type',
          pointer: pointer(path),
          detail: missing(issue)
            ? `${KINDS[issue.expected] ?? issue.expected} is missing here`
            : `${KINDS[issue.expected] ?? issue.expected} is expected here, not ${kindGiven(issue)}`,
        },
      ];
    case 'invalid_union':
      return unionProblems(issue, path);
    case 'invalid_value':
      return [{ code: 'not-in-list', pointer: pointer(path), detail: issue.message }];
    case 'too_big':
    case 'too_small':
      return [
        {
          code: issue.code === 'too_big' ? 'too-large' : 'too-small',
          pointer: pointer(path),
          detail: issue.message,
        },
      ];
    case 'custom':
      return [{ code: customCode(issue.params), pointer: pointer(path), detail: issue.message }];
    default:
      return [{ code: 'bad-format', pointer: pointer(path), detail: issue.message }];
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text in quotes',
  object: 'an object',
  array: 'a list',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

const KINDS_GIVEN: Readonly<Record<string, string>> = {
  string: 'a text',
  array: 'a list',
  object: 'an object',
};

// zod names what it was given at the end of its message, and keeps the value to itself.
function kindGiven({ message }: z.core.$ZodIssueInvalidType): string {
  const given = /received (\w+)$/.exec(message)?.[1] ?? 'this';
  return KINDS_GIVEN[given] ?? KINDS[given] ?? given;
}

function missing(issue: z.core.$ZodIssueInvalidType): boolean {
  return issue.input === undefined && issue.message.endsWith('received undefined');
}

function customCode(params: Record<string, unknown> | undefined): string {
  return typeof params?.['code'] === 'string' ? params['code'] : 'not-allowed';
}

// A discriminator that fits no branch is one problem at the discriminator; otherwise the branch that came closest speaks.
function unionProblems(issue: z.core.$ZodIssueInvalidUnion, path: readonly PropertyKey[]): Problem[] {
  const branches = issue.errors.filter((errors) => errors.length > 0);
  const closest = branches.toSorted((a, b) => a.length - b.length)[0];
  if (closest === undefined) return [{ code: 'not-in-list', pointer: pointer(path), detail: issue.message }];
  return closest.flatMap((nested) => toProblems(nested, path));
}
