import { lotsNamed } from '@lodemark/domain';
import { LedgerReader } from '@lodemark/ledger';
import { ProblemError, type Caller } from '@lodemark/platform';
import { buildReceipt, decodeFacilityLogEntry, toBase64 } from '@lodemark/transparency';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { noRight, type ReadAccess } from '../access.js';
import { LogAccess, type ServedLog } from '../logs/log-access.js';
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
  constructor(
    private readonly access: LogAccess,
    private readonly reader: LedgerReader,
  ) {}

  async execute({ facility, eventId, caller }: FindEvent): Promise<RecordedEventResponse> {
    const access = this.access.of(caller);
    const log = await this.log(facility, access);
    const found = await this.reader.entryByEventId(log.origin, eventId);
    const isShown = found !== undefined && access.readsEvent(found.event, lotsNamed(found.event));
    // To whom the log is not shown as a whole, an event that is not for him is as one that is not there.
    if (!isShown) throw access.readsLog(facility) ? notFound(facility, eventId) : noRight(facility);
    const decoded = decodeFacilityLogEntry(found.data);
    if (!decoded.ok || decoded.value.kind === 'heads')
      throw new Error(`entry ${found.index} of ${log.origin} does not decode as an event`);
    return {
      receipt: found.receipt,
      signedReceipt: await buildReceipt(found.receipt, log.key.signer),
      jws: decoded.value.jws,
      event: { ...found.event },
      entry: toBase64(found.data),
    };
  }

  private async log(facility: string, access: ReadAccess): Promise<ServedLog> {
    try {
      return await this.access.served(facility);
    } catch (error) {
      if (error instanceof ProblemError && !access.readsLog(facility)) throw noRight(facility);
      throw error;
    }
  }
}

function notFound(facility: string, eventId: string): ProblemError {
  return new ProblemError({
    type: 'not-found',
    status: 404,
    title: 'No such event',
    detail: `The log of ${facility} holds no event ${eventId}.`,
  });
}
