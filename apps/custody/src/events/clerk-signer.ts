import { createHmac } from 'node:crypto';
import { forbidden, operates, ProblemError, unauthenticated, type Caller } from '@lodemark/platform';
import { buildJws, canonicalBytes } from '@lodemark/transparency';
import { Inject, Injectable } from '@nestjs/common';
import type { CustodyConfig, CustodyLimits } from '../custody-config.js';
import { HeldKeys } from '../facilities/held-keys.js';
import { CONFIG, LIMITS } from '../ports.js';
import { readEvent, readSignedEvent, type ReadEvent } from './read-event.js';

/** Signs for the clerks of facilities whose keys this service holds (design.md section 4, Evidence). */
@Injectable()
export class ClerkSigner {
  constructor(
    private readonly keys: HeldKeys,
    @Inject(CONFIG) private readonly config: CustodyConfig,
    @Inject(LIMITS) private readonly limits: CustodyLimits,
  ) {}

  /** The event as the facility's custodial key signs it; the caller must operate the facility that it names. */
  async sign(value: unknown, caller: Caller | undefined): Promise<ReadEvent> {
    if (caller === undefined)
      throw unauthenticated('An event that is not signed needs the token of a facility operator.');
    const named =
      typeof value === 'object' && value !== null && 'facility' in value ? value.facility : undefined;
    if (typeof named === 'string' && !operates(caller, named))
      throw forbidden(`The token does not operate the facility ${named}.`);
    const event = readEvent(this.withClerk(value, caller));
    const key = await this.keys.find(event.facility, 'custodial');
    if (key === undefined) {
      throw new ProblemError({
        type: 'custodial-key-missing',
        status: 409,
        title: 'This service holds no key to sign with for the facility',
        detail: `${event.facility} signs its own events: post them as compact JWS (application/jose).`,
        facts: { facility: event.facility },
      });
    }
    return readSignedEvent(
      await buildJws(canonicalBytes(event), key.signer, 'lodemark-event+jws'),
      this.limits.depth,
    );
  }

  /** The same person at the same service has the same pseudonym; the name is in no payload. */
  pseudonym(caller: Caller): string {
    return `clerk-${createHmac('sha256', this.config.pseudonymSecret).update(caller.subject).digest('hex').slice(0, 16)}`;
  }

  private withClerk(value: unknown, caller: Caller): unknown {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || 'clerk' in value) return value;
    return { ...value, clerk: this.pseudonym(caller) };
  }
}
