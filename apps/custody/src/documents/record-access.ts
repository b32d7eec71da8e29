import type { CustodyEvent } from '@lodemark/domain';
import type { Caller } from '@lodemark/platform';
import { Injectable } from '@nestjs/common';
import type { ReadAccess } from '../access.js';
import { LogAccess } from '../logs/log-access.js';
import { LotHistories } from '../lots/lot-histories.js';

/** What is asked for, and why: by its digest, kept for facilities, perhaps on account of a lot. */
export interface RecordRequest {
  /** SHA-256, lowercase hex. */
  readonly digest: string;
  readonly facilities: readonly string[];
  readonly lot: string | undefined;
}

type Test = (event: CustodyEvent, access: ReadAccess) => boolean;

/**
 * Who may see what is kept beside the logs: the facility's operators and auditors; an auditor of a single lot what an
 * event of that lot names; and the facility to which an event was said the documents, not the private values, that it
 * names.
 */
@Injectable()
export class RecordAccess {
  constructor(
    private readonly access: LogAccess,
    private readonly histories: LotHistories,
  ) {}

  document(caller: Caller, request: RecordRequest): Promise<boolean> {
    const { digest, lot = '' } = request;
    return this.isFor(caller, request, (event, access) => {
      const isConcerned = access.auditsLot(lot) || access.isAddressedBy(event);
      return isConcerned && isNamed(digest, { ...event, private: undefined });
    });
  }

  disclosure(caller: Caller, request: RecordRequest): Promise<boolean> {
    const { digest, lot = '' } = request;
    return this.isFor(
      caller,
      request,
      (event, access) => access.auditsLot(lot) && Object.values(event.private ?? {}).includes(digest),
    );
  }

  private async isFor(caller: Caller, { facilities, lot }: RecordRequest, test: Test): Promise<boolean> {
    const access = this.access.of(caller);
    if (facilities.some((facility) => access.keepsRecordsOf(facility))) return true;
    if (lot === undefined) return false;
    for (const facility of facilities) {
      const { origin } = await this.access.served(facility);
      for await (const { event } of this.histories.all(origin, lot)) if (test(event, access)) return true;
    }
    return false;
  }
}

// A digest may stand in many fields (a document, a photograph, a report), and is long enough to stand for one thing.
function isNamed(digest: string, value: unknown): boolean {
  if (value === digest) return true;
  return (
    typeof value === 'object' && value !== null && Object.values(value).some((one) => isNamed(digest, one))
  );
}
