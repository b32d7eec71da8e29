import { createHmac } from 'node:crypto';
import type { CustodyEvent } from '@lodemark/domain';
import { forbidden, operates, ProblemError, unauthenticated, type Caller } from '@lodemark/platform';
import { signJson } from '@lodemark/transparency';
import { Inject, Injectable } from '@nestjs/common';
import type { CustodyConfig, CustodyLimits } from '../custody-config.js';
import { HeldKeys, type HeldKey } from '../facilities/held-keys.js';
import { notServed } from '../logs/log-access.js';
import { CONFIG, LIMITS } from '../ports.js';
import { readEvent, readSignedEvent, type ReadEvent } from './read-event.js';

/** Signs for the clerks of facilities whose keys this service holds (design.md section 4, Evidence). */
@Injectable()
export class ClerkSigner {
  constructor(
    @Inject(CONFIG) private readonly config: CustodyConfig,
    @Inject(LIMITS) private readonly limits: CustodyLimits,
    private readonly keys: HeldKeys,
  ) {}

  /**
   * The event as the facility's custodial key signs it; the caller must operate the facility that it names.
   * @throws ProblemError 401, 403, 409 without such a key, 4xx for what is wrong with the event
   */
  async sign(value: unknown, caller: Caller | undefined): Promise<ReadEvent> {
    if (caller === undefined)
      throw unauthenticated('An event that is not signed needs the token of a facility operator.');
    requireOperator(value, caller);
    const event = readEvent(value);
    const key = await this.keys.find(event.facility, 'custodial');
    if (key === undefined) throw await this.noKey(event.facility);
    if (event.clerk !== undefined) return this.signedBy(key, event);
    const signed = await this.signedBy(key, { ...event, clerk: this.pseudonym(caller) });
    return { ...signed, clerkAdded: true };
  }

  // A misspelled or unregistered facility has no log here, and is not told to sign for itself.
  private async noKey(facility: string): Promise<ProblemError> {
    const kept = (await this.keys.find(facility, 'log')) !== undefined;
    if (!kept) return notServed(facility);
    return new ProblemError({
      type: 'custodial-key-missing',
      status: 409,
      title: 'This service holds no key to sign with for the facility',
      detail: `${facility} signs its own events: post them as compact JWS (application/jose).`,
      facts: { facility },
    });
  }

  /** The same person at the same service has the same pseudonym; the name is in no payload. */
  private pseudonym(caller: Caller): string {
    const mac = createHmac('sha256', this.config.pseudonymSecret).update(caller.subject).digest('hex');
    return `clerk-${mac.slice(0, 16)}`;
  }

  private async signedBy({ signer }: HeldKey, event: CustodyEvent): Promise<ReadEvent> {
    return readSignedEvent(await signJson(event, signer, 'lodemark-event+jws'), this.limits.depth);
  }
}

function requireOperator(value: unknown, caller: Caller): void {
  const named =
    typeof value === 'object' && value !== null && 'facility' in value ? value.facility : undefined;
  if (typeof named === 'string' && !operates(caller, named))
    throw forbidden('The token does not operate the facility that the event names.');
}
