/** Where a statement stands in the root log: the receipt of whoever made it. */
export class StatementRecordedResponse {
  readonly statementId!: string;
  /** Such as `FacilityRegistered`. */
  readonly type!: string;
  /** Of the root log. */
  readonly origin!: string;
  readonly index!: number;
  /** Leaf hash, lowercase hex. */
  readonly leaf!: string;
  /** SHA-256 of the canonical payload, lowercase hex. */
  readonly payloadDigest!: string;
  /** The registry's time, UTC with milliseconds. */
  readonly recordedAt!: string;
  /** The statement as it stands in the log: compact JWS, typ `lodemark-statement+jws`. */
  readonly statement!: string;
  /** Compact JWS of the root log's key over the receipt, typ `lodemark-receipt+jws`; its `eventId` is the `statementId`. */
  readonly receipt!: string;
}
