import type { CustodyEvent } from '@lodemark/domain';
import type { StatedEntry } from '@lodemark/transparency';

/** One row of the entry table as an audit reads it. */
export interface StoredRow {
  readonly index: number;
  readonly kind: string;
  readonly leaf: Uint8Array;
  readonly data: Uint8Array;
  readonly eventId: string | null;
  /** Lowercase hex. */
  readonly payloadDigest: string | null;
  readonly recordedAt: string;
}

/** What an audit of one kind of log does with its entries, in order. */
export interface EntryAudit {
  add(row: StoredRow): Promise<void>;
  end(): Promise<void>;
}

/** A facility's statement in its log, read without any trust in what is stored beside it. */
export interface ReadEntry {
  readonly row: StoredRow;
  readonly entry: StatedEntry;
  readonly event: CustodyEvent;
  readonly payloadDigest: string;
}
