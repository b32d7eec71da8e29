import type { Receipt } from '@lodemark/transparency';

/** Where an event stands in its facility's log. */
export class ReceiptResponse implements Receipt {
  readonly v!: 1;
  /** Such as `demo.lodemark.example/log/kokbulak`. */
  readonly origin!: string;
  readonly index!: number;
  /** Leaf hash of the entry, lowercase hex. */
  readonly leaf!: string;
  readonly eventId!: string;
  /** SHA-256 of the canonical payload, lowercase hex: what a receipt of goods names a dispatch by. */
  readonly payloadDigest!: string;
  /** UTC with milliseconds. */
  readonly recordedAt!: string;
}

export class EventAnswerResponse {
  /** `recorded`: it stands in the log now; `repeated`: it did already, and this is the first receipt; `acceptable`: a check found nothing against it. */
  readonly outcome!: string;
  readonly receipt?: ReceiptResponse;
  /** Compact JWS of the log key over the receipt, typ `lodemark-receipt+jws`. */
  readonly signedReceipt?: string;
}

export class ItemAnswerResponse {
  /** Position in the batch, from 0; empty lines do not count. */
  readonly index!: number;
  /** What the status would be had the item been posted alone. */
  readonly status!: number;
  /** `recorded`, `repeated`, `acceptable` or `refused`. */
  readonly outcome!: string;
  readonly receipt?: ReceiptResponse;
  readonly signedReceipt?: string;
  /** Problem details (RFC 9457) of a refused item. */
  readonly problem?: Record<string, unknown>;
}

export class BatchAnswerResponse {
  readonly items!: ItemAnswerResponse[];
}

export class RecordedEventResponse {
  readonly receipt!: ReceiptResponse;
  readonly signedReceipt!: string;
  /** The event as the facility signed it: compact JWS. */
  readonly jws!: string;
  /** Its payload. */
  readonly event!: Record<string, unknown>;
  /** The entry's bytes in standard base64: the leaf of the Merkle tree. */
  readonly entry!: string;
}
