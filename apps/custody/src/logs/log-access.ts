import { Network } from '@lodemark/domain';
import { LedgerReader } from '@lodemark/ledger';
import { CLOCK, ProblemError, type Caller, type Clock } from '@lodemark/platform';
import { Inject, Injectable } from '@nestjs/common';
import { requireRead } from '../access.js';
import { HeldKeys } from '../facilities/held-keys.js';

/** What reads of facility logs need. */
@Injectable()
export class LogAccess {
  constructor(
    readonly reader: LedgerReader,
    readonly network: Network,
    readonly keys: HeldKeys,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The origin of a log that this service keeps. @throws 404 `facility-not-served` */
  async origin(facility: string): Promise<string> {
    if ((await this.keys.find(facility, 'log')) !== undefined) return this.network.logOrigin(facility);
    throw new ProblemError({
      type: 'facility-not-served',
      status: 404,
      title: 'This service keeps no log of the facility',
      detail: `The log of ${facility} is kept elsewhere, or was not opened yet.`,
    });
  }

  mayRead(caller: Caller, facility: string, lot?: string): void {
    requireRead(caller, { facility, at: this.clock.now(), ...(lot === undefined ? {} : { lot }) });
  }
}
