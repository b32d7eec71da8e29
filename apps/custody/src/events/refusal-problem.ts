import type { Refusal, RefusalCode } from '@lodemark/domain';
import { ProblemError } from '@lodemark/platform';

/**
 * HTTP status of every refusal; a code without one does not compile. 422: the statement is wrong by itself or names
 * what is not there; 409: it contradicts what the facility's own log holds.
 */
const STATUS: Record<RefusalCode, number> = {
  'lot-exists': 409,
  'lot-unknown': 422,
  'lot-not-held': 409,
  'lot-in-transit': 409,
  'lot-already-held': 409,
  'foreign-lot-number': 422,
  'mass-exceeds-held': 409,
  'split-not-conserved': 422,
  'merge-not-conserved': 422,
  'repack-not-conserved': 422,
  'split-first': 409,
  'package-unknown': 422,
  'package-not-held': 409,
  'package-outcome-recorded': 409,
  'dispatch-unknown': 422,
  'dispatch-not-ours': 422,
  'dispatch-left': 409,
  'dispatch-ended': 409,
  'own-dispatch': 422,
  'target-unknown': 422,
  'target-mismatch': 422,
  'target-not-correctable': 422,
  'event-in-future': 422,
};

/** A refusal as problem details: its code as type, its pointer in `errors`, its facts and its cure beside. */
export function refusalProblem(refusal: Refusal): ProblemError {
  return new ProblemError({
    type: refusal.code,
    status: STATUS[refusal.code],
    title: 'The event contradicts what this facility has recorded, or cannot be recorded as it is',
    detail: refusal.message,
    errors: [{ code: refusal.code, pointer: refusal.pointer, detail: refusal.message }],
    facts: { facts: refusal.facts, cure: refusal.cure },
  });
}
