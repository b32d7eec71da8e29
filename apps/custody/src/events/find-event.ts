import { ProblemError, type Caller } from '@lodemark/platform';
import { buildReceipt, decodeFacilityLogEntry, toBase64 } from '@lodemark/transparency';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { LogAccess } from '../logs/log-access.js';
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
