export class LogEntryResponse {
  readonly index!: number;
  /** Leaf hash, lowercase hex. */
  readonly leaf!: string;
  /** The entry's bytes in standard base64. */
  readonly entry!: string;
}

export class LogEntriesResponse {
  readonly origin!: string;
  /** Size of the log when it was read. */
  readonly size!: number;
  /** In index order without holes; empty when `from` is the size. */
  readonly entries!: LogEntryResponse[];
}

export class LogProofResponse {
  readonly origin!: string;
  /** RFC 6962 hashes, lowercase hex. */
  readonly proof!: string[];
}
