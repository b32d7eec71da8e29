import { Network } from '@lodemark/domain';
import {
  Ledger,
  LedgerBusy,
  LedgerUnavailable,
  type BatchOutcome,
  type CheckOutcome,
  type EventPost,
} from '@lodemark/ledger';
import { ProblemError } from '@lodemark/platform';
import { buildReceipt, type Receipt } from '@lodemark/transparency';
import { Injectable } from '@nestjs/common';
import { HeldKeys } from '../facilities/held-keys.js';
import { heldBack, refused, type Answer } from './answer.js';
import type { ReadEvent } from './read-event.js';
import { refusalProblem } from './refusal-problem.js';

/** The facilities' logs behind the door: asks the ledger, signs its receipts, says its answers as problems. */
@Injectable()
export class FacilityLogs {
  constructor(
    private readonly ledger: Ledger,
    private readonly network: Network,
    private readonly keys: HeldKeys,
  ) {}

  async take(
    facility: string,
    events: readonly ReadEvent[],
    options: { readonly atomic: boolean; readonly dryRun: boolean },
  ): Promise<Answer[]> {
    const key = await this.keys.find(facility, 'log');
    if (key === undefined) return events.map(() => refused(notServed(facility)));
    const origin = this.network.logOrigin(facility);
    const posts = events.map(({ jws, event, payloadDigest }): EventPost => ({
      jws: jws.text,
      event,
      payloadDigest,
    }));
    try {
      const outcomes: readonly (BatchOutcome | CheckOutcome)[] = options.dryRun
        ? await this.ledger.check(origin, posts, { atomic: options.atomic })
        : await this.ledger.postAll(origin, posts, { atomic: options.atomic });
      return await Promise.all(outcomes.map(async (outcome) => this.answer(outcome, facility)));
    } catch (error) {
      return events.map(() => refused(asProblem(error)));
    }
  }

  private async answer(outcome: BatchOutcome | CheckOutcome, facility: string): Promise<Answer> {
    switch (outcome.kind) {
      case 'recorded':
      case 'repeated':
        return {
          outcome: outcome.kind,
          receipt: outcome.receipt,
          signedReceipt: await this.sign(outcome.receipt, facility),
        };
      case 'acceptable':
        return { outcome: 'acceptable' };
      case 'refused':
        return refused(refusalProblem(outcome.refusal));
      case 'conflict':
        return refused(
          new ProblemError({
            type: 'conflicting-statement',
            status: 409,
            title: 'Another payload is recorded under this eventId',
            detail: `The log holds event ${outcome.original.eventId} at index ${String(outcome.original.index)} with another payload; the contradiction is ${outcome.conflict === null ? 'not recorded by a check' : 'recorded and seen by everybody'}.`,
            errors: [
              {
                code: 'conflicting-statement',
                pointer: '/eventId',
                detail: 'this id names another statement',
              },
            ],
            facts: {
              original: outcome.original,
              signedReceipt: await this.sign(outcome.original, facility),
              ...(outcome.conflict === null ? {} : { conflict: outcome.conflict }),
              cure: 'give a new event an eventId of its own; correct the recorded one with a Corrected event',
            },
          }),
        );
      case 'too-large':
        return refused(
          new ProblemError({
            type: 'entry-too-large',
            status: 413,
            title: 'The event does not fit into one log entry',
            detail: `Its entry would be ${String(outcome.bytes)} bytes, at most ${String(outcome.limit)}: put long lists into a document and name it by digest.`,
            facts: { bytes: outcome.bytes, limit: outcome.limit },
          }),
        );
      case 'held-back':
        return refused(heldBack(outcome.because));
      case 'contradicts-group':
        return refused(
          new ProblemError({
            type: 'conflicting-statement',
            status: 409,
            title: 'The batch itself holds another payload under this eventId',
            detail: `Item ${String(outcome.with)} has the same eventId and another payload.`,
            facts: { with: outcome.with },
          }),
        );
      case 'failed':
        return refused(asProblem(outcome.error));
    }
  }

  private async sign(receipt: Receipt, facility: string): Promise<string> {
    const key = await this.keys.open(facility, 'log');
    return buildReceipt(receipt, key.signer);
  }
}

function notServed(facility: string): ProblemError {
  return new ProblemError({
    type: 'facility-not-served',
    status: 404,
    title: 'This service keeps no log of the facility',
    detail: `The log of ${facility} is kept elsewhere, or was not opened yet.`,
    facts: { facility },
  });
}

/** Trouble of the ledger as 503 with a time to try again; anything else comes out unchanged. */
export function asProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof LedgerBusy || error instanceof LedgerUnavailable) {
    return new ProblemError({
      type: error instanceof LedgerBusy ? 'ledger-busy' : 'ledger-unavailable',
      status: 503,
      title: 'The ledger cannot take events at this moment',
      detail: 'Nothing is lost: post the same events again; what was recorded gives its first receipt.',
      headers: { 'retry-after': '1' },
      cause: error,
    });
  }
  throw error;
}
