/** A log as its database has it, read past the service. */
export interface LogContent {
  readonly origin: string;
  readonly entries: readonly StoredEntry[];
  readonly head: { readonly size: number; readonly root: string };
}

export interface StoredEntry {
  readonly index: number;
  readonly bytes: Uint8Array;
  /** What is stored beside the bytes, hex. */
  readonly leaf: string;
}

/** Heads in a facility log: the service's own entry, which no client sent. */
export interface ReadHeads {
  readonly kind: 'heads';
  readonly recordedAt: string;
}

/** What a statement in a facility log says, by its bytes alone. */
export interface ReadEntry {
  readonly index: number;
  readonly leaf: string;
  readonly kind: 'event' | 'conflict';
  readonly recordedAt: string;
  readonly jws: string;
  readonly eventId: string;
  readonly payloadDigest: string;
  readonly facility: string;
}

/** A signed note that somebody was given, wherever it was seen. */
export interface SeenCheckpoint {
  readonly from: string;
  readonly note: string;
}

/** What a topic of Kafka holds, in the order of its records. */
export interface TopicContent {
  readonly origin: string;
  readonly records: readonly { readonly index: number; readonly leaf: string; readonly bytesLeaf: string }[];
}
