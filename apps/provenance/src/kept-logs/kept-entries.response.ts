export class KeptEntryResponse {
  readonly index!: number;
  /** Leaf hash, lowercase hex. */
  readonly leaf!: string;
  /** The entry's bytes in standard base64. */
  readonly entry!: string;
}

export class KeptEntriesResponse {
  readonly origin!: string;
  /** How many entries of the log are kept here. */
  readonly size!: number;
  /** In index order without holes; empty when `from` is the size. */
  readonly entries!: KeptEntryResponse[];
}
