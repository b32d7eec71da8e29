import type { z } from 'zod';
import { pointer, type Problem } from '@lodemark/domain';

/** zod's issues as problems with RFC 6901 pointers, one for every unknown field. */
export function problemsOfShape(error: z.ZodError): Problem[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          code: 'unknown-field',
          pointer: pointer([...issue.path, key]),
          detail: `the field ${JSON.stringify(key)} is not known here`,
        }))
      : [{ code: codeOf(issue), pointer: pointer(issue.path), detail: issue.message }],
  );
}

function codeOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.endsWith('received undefined') ? 'missing-field' : 'wrong-type';
    case 'invalid_value':
    case 'invalid_union':
      return 'not-in-list';
    case 'too_big':
      return 'too-large';
    case 'too_small':
      return 'too-small';
    default:
      return 'bad-format';
  }
}
