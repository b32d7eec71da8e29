import type { BatchOutcome, CheckOutcome } from '@lodemark/ledger';
import { ProblemError } from '@lodemark/platform';
import type { Receipt } from '@lodemark/transparency';
import { tooLarge } from '../http/ledger-trouble.js';
import { heldBack, refused, refusedBy, type Answer } from './answer.js';
import { refusalProblem } from './refusal-problem.js';

type Sign = (receipt: Receipt) => Promise<string>;

/** What the ledger decided, as it is answered: receipts signed, every "no" a problem. */
export async function answerTo(outcome: BatchOutcome | CheckOutcome, sign: Sign): Promise<Answer> {
  switch (outcome.kind) {
    case 'recorded':
    case 'repeated':
      return {
        outcome: outcome.kind,
        receipt: outcome.receipt,
        signedReceipt: await sign(outcome.receipt),
      };
    case 'acceptable':
      return { outcome: 'acceptable' };
    case 'refused':
      return refused(refusalProblem(outcome.refusal));
    case 'conflict':
      return refused(conflict(outcome, await sign(outcome.original)));
    case 'too-large':
      return refused(tooLarge({ bytes: outcome.bytes, limit: outcome.limit }));
    case 'held-back':
      return refused(heldBack(outcome.because));
    case 'contradicts-group':
      return refused(contradictsGroup(outcome.with));
    case 'failed':
      return refusedBy(outcome.error);
  }
}

const EVENT_ID = {
  code: 'conflicting-statement',
  pointer: '/eventId',
  detail: 'this id names another statement',
};

function conflict(
  { original, conflict: recorded }: Extract<BatchOutcome | CheckOutcome, { kind: 'conflict' }>,
  signedReceipt: string,
): ProblemError {
  const kept =
    recorded === null
      ? 'posting this one would record the contradiction'
      : 'the contradiction is recorded and seen by everybody';
  return new ProblemError({
    type: 'conflicting-statement',
    status: 409,
    title: 'Another payload is recorded under this eventId',
    detail: `The log holds event ${original.eventId} at index ${original.index} with another payload; ${kept}.`,
    errors: [EVENT_ID],
    facts: {
      original,
      signedReceipt,
      ...(recorded === null ? {} : { conflict: recorded }),
      cure: 'give a new event an eventId of its own; correct the recorded one with a Corrected event',
    },
  });
}

function contradictsGroup(other: number): ProblemError {
  return new ProblemError({
    type: 'conflicting-statement',
    status: 409,
    title: 'The batch itself holds another payload under this eventId',
    detail: `Item ${other} has the same eventId and another payload.`,
    errors: [EVENT_ID],
    facts: { with: other },
  });
}
