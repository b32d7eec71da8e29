import { EntryRefResponse, HorizonResponse } from '../http/common.response.js';

export class InboundPackageResponse {
  readonly lot!: string;
  /** `-` for a lot without packages. */
  readonly package!: string;
}

export class InboundDispatchResponse {
  /** SHA-256 of the dispatch's canonical payload: what the receipt names. */
  readonly dispatch!: string;
  readonly from!: string;
  readonly shipment!: string;
  readonly dispatchedAt!: string;
  readonly expectedAt!: string | null;
  readonly waybill!: string | null;
  /** What nobody has given an outcome yet. */
  readonly open!: InboundPackageResponse[];
  readonly entry!: EntryRefResponse;
  /**
   * A `Received` event for what is open, as the dispatch describes it: add `eventId` and `occurredAt`, put your own
   * weights and findings in place of the sender's, and post it to your custody service.
   */
  readonly receipt!: Record<string, unknown>;
}

export class PendingReceiptResponse {
  readonly dispatch!: string;
  readonly lots!: string[];
  readonly receivedAt!: string;
  readonly entry!: EntryRefResponse;
}

export class InboundResponse {
  readonly horizon!: HorizonResponse;
  readonly facility!: string;
  /** Dispatches addressed to the facility and not yet answered in full, the oldest first. */
  readonly dispatches!: InboundDispatchResponse[];
  /** Receipts of the facility whose dispatch no counted entry holds (yet). */
  readonly pending!: PendingReceiptResponse[];
}
