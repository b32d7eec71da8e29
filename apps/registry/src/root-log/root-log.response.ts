export class RootEntryResponse {
  readonly index!: number;
  /** Leaf hash, lowercase hex. */
  readonly leaf!: string;
  /** The entry's bytes in standard base64. */
  readonly entry!: string;
}

export class RootEntriesResponse {
  readonly origin!: string;
  /** Size of the log when it was read. */
  readonly size!: number;
  /** In index order without holes; empty when `from` is the size. */
  readonly entries!: RootEntryResponse[];
}

/** What verifiers pin. */
export class GenesisResponse {
  readonly network!: string;
  readonly origin!: string;
  /** Leaf hash of entry 0, lowercase hex: pin this. */
  readonly leaf!: string;
  /** The entry's bytes in standard base64. */
  readonly entry!: string;
  readonly recordedAt!: string;
  /** JWKs of the registrar. */
  readonly registrarKeys!: Record<string, string>[];
  /** C2SP verifier key of the root log's checkpoints: pin this, too. */
  readonly logKey!: string;
}

export class InclusionProofResponse {
  readonly origin!: string;
  readonly index!: number;
  readonly size!: number;
  /** Leaf hash, lowercase hex. */
  readonly leaf!: string;
  /** Root hash at `size`, lowercase hex. */
  readonly root!: string;
  /** RFC 6962 section 2.1.1, lowercase hex, leaf's sibling first. */
  readonly proof!: string[];
}

export class ConsistencyProofResponse {
  readonly origin!: string;
  readonly from!: number;
  readonly to!: number;
  /** Root hash at `from`, lowercase hex. */
  readonly fromRoot!: string;
  /** Root hash at `to`, lowercase hex. */
  readonly toRoot!: string;
  /** RFC 6962 section 2.1.2, lowercase hex. */
  readonly proof!: string[];
}

export class PublishedRootResponse {
  readonly size!: number;
  /** Lowercase hex. */
  readonly root!: string;
}

/** The first evidence horizon that covers an entry of a facility log. */
export class HorizonResponse {
  readonly facility!: string;
  /** Of the entry in the facility log. */
  readonly index!: number;
  /** Smallest root log size whose facility checkpoints cover the entry: `rootIndex` + 1. */
  readonly size!: number;
  /** Root hash of the root log at that size, lowercase hex. */
  readonly root!: string;
  /** Root log entry that holds the covering checkpoint. */
  readonly rootIndex!: number;
  /** Size of that facility checkpoint. */
  readonly coveredBy!: number;
  /** The covering root entry's time: it bounds when the facility's entry existed. */
  readonly recordedAt!: string;
  /** A published root checkpoint that covers it, the latest one; null when it is still to come. */
  readonly published!: PublishedRootResponse | null;
  /** Root log index of the fault that ended what counts from this log at or before the entry; null when there is none. */
  readonly endedBy!: number | null;
}
