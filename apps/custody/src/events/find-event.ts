import type { Network } from '@lodemark/domain';
import type { LedgerReader } from '@lodemark/ledger';
import { ProblemError, type Caller, type Clock } from '@lodemark/platform';
import { buildReceipt, decodeFacilityLogEntry, toBase64 } from '@lodemark/transparency';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { requireRead } from '../access.js';
import type { HeldKeys } from '../facilities/held-keys.js';
import type { RecordedEventResponse } from './event.response.js';

export class FindEvent extends Query<RecordedEventResponse> {
  constructor(
    readonly facility: string,
    readonly eventId: string,
    readonly caller: Caller,
  ) {
    super();
  }
}

/** What reads of facility logs need. */
export class LogAccess {
  constructor(
    readonly reader: LedgerReader,
    readonly network: Network,
    readonly keys: HeldKeys,
    readonly clock: Clock,
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

@QueryHandler(FindEvent)
export class FindEventHandler implements IQueryHandler<FindEvent> {
  constructor(private readonly access: LogAccess) {}

  async execute({ facility, eventId, caller }: FindEvent): Promise<RecordedEventResponse> {
    this.access.mayRead(caller, facility);
    const found = await this.access.reader.entryByEventId(await this.access.origin(facility), eventId);
    const decoded = found === undefined ? undefined : decodeFacilityLogEntry(found.data);
    if (found === undefined || decoded?.ok !== true) {
      throw new ProblemError({
        type: 'not-found',
        status: 404,
        title: 'No such event',
        detail: `The log of ${facility} holds no event ${eventId}.`,
      });
    }
    const key = await this.access.keys.open(facility, 'log');
    return {
      receipt: found.receipt,
      signedReceipt: await buildReceipt(found.receipt, key.signer),
      jws: decoded.value.jws,
      event: { ...found.event },
      entry: toBase64(found.data),
    };
  }
}
