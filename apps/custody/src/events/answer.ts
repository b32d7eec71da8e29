import { ProblemError } from '@lodemark/platform';
import type { Receipt } from '@lodemark/transparency';

/** What became of one posted item. */
export type Answer =
  | { readonly outcome: 'recorded' | 'repeated'; readonly receipt: Receipt; readonly signedReceipt: string }
  | { readonly outcome: 'acceptable' }
  | { readonly outcome: 'refused'; readonly problem: ProblemError };

export function refused(problem: ProblemError): Answer {
  return { outcome: 'refused', problem };
}

/** Nothing wrong with the item itself: an atomic batch fails for another one's sake. */
export function heldBack(because: number): ProblemError {
  return new ProblemError({
    type: 'held-back',
    status: 409,
    title: 'All or nothing: nothing of this batch is recorded',
    detail: `Nothing is wrong with this item, but item ${String(because)} is refused.`,
    facts: { because },
  });
}
