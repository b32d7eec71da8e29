import type { Case } from './case.js';
import { insufficient, note, pass, type Found, type Said } from './found.js';
import type { FindingCode } from './sentences.js';
import type { Cure } from './verdict.js';

/** What is escalated, or lowers a grade: a note, unless the policy demands the check; then it is INSUFFICIENT. */
export function escalated(
  { known, check }: { readonly known: Case; readonly check: string },
  code: FindingCode,
  { cure, ...said }: Said & { readonly cure: Cure },
): Found {
  return known.parameters.demands?.includes(check) === true
    ? insufficient(code, said, cure)
    : note(code, said, cure);
}

/** The findings, or one pass when there are none: a warning is never told beside a pass of the same check. */
export function orPassIfNone(found: readonly Found[], code: FindingCode, said: Said = {}): readonly Found[] {
  return found.length > 0 ? found : [pass(code, said)];
}

/** A policy that names a check without its limits asks for what nobody can answer. */
export function limitUnstated(parameter: string): readonly Found[] {
  return [
    insufficient(
      'limit-unstated',
      { facts: { parameter } },
      { code: 'state-limit', by: 'policy', what: `state \`${parameter}\` in the parameters of the policy` },
    ),
  ];
}
