import type { Network } from '@lodemark/domain';
import type { Clock, Logger } from '@lodemark/platform';
import type { Pool } from 'pg';
import type { EvidenceOfLot } from '../evidence/evidence-of-lot.js';
import { HorizonNotFilled } from '../horizon/horizon.js';
import type { Horizons } from '../horizon/horizons.js';
import { firstSince, rootCause } from '../rejudging/first-since.js';
import type { Cause } from '../rejudging/cause.js';
import type { NewChange } from './certificate-changes.js';
import {
  CertificateReviews,
  ReviewOvertaken,
  type DecidedChanges,
  type LaterVerdict,
  type Review,
  type ReviewedCertificate,
} from './certificate-reviews.js';
import { changeBy, standingAfter } from './standing.js';

export interface LifecyclePorts {
  readonly pool: Pool;
  readonly network: Network;
  readonly horizons: Horizons;
  readonly evidence: EvidenceOfLot;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Reviews that are committed together. */
const AT_ONCE = 100;

/**
 * Makes certificates follow the verdicts on their questions (invariant 9). Every verdict that comes on file leaves a
 * review behind, in the same transaction; here reviews turn into changes, again in one transaction. What is tried again
 * after a crash finds the review, or the change that it came to.
 */
export class CertificateLifecycle {
  private readonly reviews: CertificateReviews;
  private begun = false;

  constructor(private readonly ports: LifecyclePorts) {
    this.reviews = new CertificateReviews(ports.pool);
  }

  /** How many changes were made; what cannot be decided yet stays for the next time. */
  async advance(): Promise<number> {
    try {
      if (!this.begun) await this.reviews.begin();
      this.begun = true;
      return await this.goThrough();
    } catch (error) {
      if (error instanceof ReviewOvertaken) return 0;
      throw error;
    }
  }

  private async goThrough(): Promise<number> {
    let changed = 0;
    for (let after = 0; ;) {
      const reviews = await this.reviews.pending(after, AT_ONCE);
      const last = reviews.at(-1);
      if (last === undefined) return changed;
      after = last.id;
      changed += await this.review(reviews);
    }
  }

  private async review(reviews: readonly Review[]): Promise<number> {
    const decided: DecidedChanges[] = [];
    const waiting: ReviewedCertificate[] = [];
    for (const certificate of await this.reviews.certificates(reviews)) {
      const changes = await this.decide(certificate);
      if (changes === undefined) waiting.push(certificate);
      else if (changes.length > 0) decided.push({ certificate, changes });
    }
    const isWaiting = ({ lot, policy }: Review) =>
      waiting.some((one) => one.lot === lot && one.policy === policy);
    await this.reviews.settle(
      reviews.filter((review) => !isWaiting(review)),
      decided,
    );
    for (const { changes } of decided)
      for (const change of changes) this.ports.logger.info({ change }, 'the status of a certificate changed');
    return decided.length;
  }

  /** What has become of the certificate since the last change; undefined when it cannot be said at present. */
  private async decide(certificate: ReviewedCertificate): Promise<readonly NewChange[] | undefined> {
    try {
      const changes: NewChange[] = [];
      let standing = standingAfter(certificate.last.what);
      for (const later of await this.reviews.laterVerdicts(certificate)) {
        const what = changeBy(standing, later.outcome);
        if (what === undefined) continue;
        standing = standingAfter(what);
        const cause = later.cause ?? (await this.causeOf(certificate, later));
        const { id: verdict, horizon, outcome } = later;
        changes.push({
          ...{ certificate: certificate.id, what, at: this.ports.clock.now() },
          ...{ horizon, verdict, outcome, cause },
        });
      }
      return changes;
    } catch (error) {
      if (error instanceof HorizonNotFilled) return undefined;
      throw error;
    }
  }

  private async causeOf({ lot, last }: ReviewedCertificate, { horizon }: LaterVerdict): Promise<Cause> {
    const { network, horizons, evidence } = this.ports;
    const found = await evidence.at(await horizons.at(horizon), lot);
    return firstSince(last.horizon, found, network) ?? rootCause(network, last.horizon);
  }
}
