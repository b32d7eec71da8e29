import { Network } from '@lodemark/domain';
import { CLOCK, ProblemError, type Caller, type Clock } from '@lodemark/platform';
import { Inject, Injectable } from '@nestjs/common';
import { noRight, ReadAccess } from '../access.js';
import { HeldKeys, type HeldKey } from '../facilities/held-keys.js';

/** A log that this service keeps. */
export interface ServedLog {
  readonly origin: string;
  /** The log key, which signs its receipts. */
  readonly key: HeldKey;
}

/** Which logs are kept here, and what of them is for whom. */
@Injectable()
export class LogAccess {
  constructor(
    private readonly network: Network,
    private readonly keys: HeldKeys,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws ProblemError 404 `facility-not-served` */
  async served(facility: string): Promise<ServedLog> {
    const key = await this.keys.find(facility, 'log');
    if (key === undefined) throw notServed(facility);
    return { origin: this.network.logOrigin(facility), key };
  }

  of(caller: Caller): ReadAccess {
    return new ReadAccess(caller, this.clock.now());
  }

  /** The whole log of a facility. @throws ProblemError 403, and 404 to those who may know */
  async wholeLog(facility: string, caller: Caller): Promise<ServedLog> {
    if (!this.of(caller).readsLog(facility)) throw noRight(facility);
    return this.served(facility);
  }
}

export function notServed(facility: string): ProblemError {
  return new ProblemError({
    type: 'facility-not-served',
    status: 404,
    title: 'This service keeps no log of the facility',
    detail: `The log of ${facility} is kept elsewhere, or was not opened yet.`,
    facts: { facility },
  });
}
