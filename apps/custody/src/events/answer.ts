import { ProblemError, toProblem } from '@lodemark/platform';
import type { Receipt } from '@lodemark/transparency';
import { asProblem } from '../http/ledger-trouble.js';

/** What became of one posted item. */
export type Answer =
  | { readonly outcome: 'recorded' | 'repeated'; readonly receipt: Receipt; readonly signedReceipt: string }
  | { readonly outcome: 'acceptable' }
  | Refused;

export interface Refused {
  readonly outcome: 'refused';
  readonly problem: ProblemError;
}

export function refused(problem: ProblemError): Refused {
  return { outcome: 'refused', problem };
}

/** What one item failed by; a defect of ours is an internal problem of this item and of no other. */
export function refusedBy(error: unknown): Refused {
  return refused(toProblem(asProblem(error)));
}

/** Nothing wrong with the item itself: an atomic batch fails for another one's sake. */
export function heldBack(because: number): ProblemError {
  return new ProblemError({
    type: 'held-back',
    status: 409,
    title: 'All or nothing: nothing of this batch is recorded',
    detail: `Nothing is wrong with this item, but item ${because} is refused.`,
    facts: { because },
  });
}
