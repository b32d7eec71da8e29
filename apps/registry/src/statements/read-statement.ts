import { parseStatement, type Statement } from '@lodemark/domain';
import { encodeEntry, TransparencyError } from '@lodemark/transparency';
import { RegistrationRefusal } from './registration-refusal.js';

/** Reads a JSON value as a statement. @throws RegistrationRefusal `statement-malformed` with every problem */
export function readStatement(json: unknown, inside = ''): Statement {
  const parsed = parseStatement(json);
  if (parsed.ok) return parsed.value;
  throw new RegistrationRefusal({
    code: 'statement-malformed',
    detail: 'The statement is not of the form that its type asks for.',
    errors: parsed.problems.map((problem) => ({ ...problem, pointer: inside + problem.pointer })),
  });
}

// Every recordedAt is as long as this one.
const ANY_TIME = '2026-01-01T00:00:00.000Z';

/** @throws RegistrationRefusal `statement-too-large` if the statement's entry would not fit into a leaf */
export function checkSize(jws: string): void {
  try {
    encodeEntry({ kind: 'statement', v: 1, recordedAt: ANY_TIME, jws });
  } catch (error) {
    if (error instanceof TransparencyError && error.code === 'entry-too-large') throw tooLarge();
    throw error;
  }
}

export function tooLarge(): RegistrationRefusal {
  return new RegistrationRefusal({
    code: 'statement-too-large',
    detail: 'The statement does not fit into an entry of the root log (65,535 bytes); shorten it.',
  });
}
