import { Network } from '@lodemark/domain';
import { Ledger, type EventPost } from '@lodemark/ledger';
import { ProblemError, type RateLimiter } from '@lodemark/platform';
import { buildReceipt } from '@lodemark/transparency';
import { Inject, Injectable } from '@nestjs/common';
import { HeldKeys } from '../facilities/held-keys.js';
import { notServed } from '../logs/log-access.js';
import { LogFollowing } from '../logs/log-following.js';
import { EVENT_RATE_LIMITER } from '../ports.js';
import { refusedBy, type Answer } from './answer.js';
import { answerTo } from './outcome-answer.js';
import type { ReadEvent } from './read-event.js';

export interface TakeOptions {
  readonly atomic: boolean;
  /** Says what would become of the events, and records nothing. */
  readonly dryRun: boolean;
}

/** The facilities' logs behind the door: asks the ledger, signs its receipts, says its answers as problems. */
@Injectable()
export class FacilityLogs {
  constructor(
    private readonly ledger: Ledger,
    private readonly network: Network,
    private readonly keys: HeldKeys,
    private readonly following: LogFollowing,
    @Inject(EVENT_RATE_LIMITER) private readonly limiter: RateLimiter,
  ) {}

  /** One answer per event, in order; the events are the facility's own and their signatures hold. */
  async take(facility: string, events: readonly ReadEvent[], options: TakeOptions): Promise<Answer[]> {
    try {
      return await this.record(facility, events, options);
    } catch (error) {
      return events.map(() => refusedBy(error));
    }
  }

  private async record(
    facility: string,
    events: readonly ReadEvent[],
    { atomic, dryRun }: TakeOptions,
  ): Promise<Answer[]> {
    const key = await this.keys.find(facility, 'log');
    if (key === undefined) throw notServed(facility);
    await this.requireSound(facility);
    this.limiter.take(`facility:${facility}`, events.length);
    const origin = this.network.logOrigin(facility);
    const posts = events.map(({ jws, ...event }): EventPost => ({ ...event, jws: jws.text }));
    const outcomes = dryRun
      ? await this.ledger.check(origin, posts, { atomic })
      : await this.ledger.postAll(origin, posts, { atomic });
    return Promise.all(
      outcomes.map((outcome) => answerTo(outcome, (receipt) => buildReceipt(receipt, key.signer))),
    );
  }

  private async requireSound(facility: string): Promise<void> {
    const reason = await this.following.reasonAgainst(facility);
    if (reason === undefined) return;
    throw new ProblemError({
      type: 'log-contradicted',
      status: 503,
      title: 'The log must not go on',
      detail: reason.message,
      facts: { facility, [`${reason.heldBy}Size`]: reason.sizes.held, ownSize: reason.sizes.own },
    });
  }
}
