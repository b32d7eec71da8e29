/** One entry of a log as it travels: its place, its Merkle leaf hash (lowercase hex) and its bytes. */
export interface FeedEntry {
  readonly origin: string;
  readonly index: number;
  readonly leafHash: string;
  readonly bytes: Uint8Array;
}

/**
 * The one seam between logs and their consumers (design.md section 2): entries of a log, in order, from a position.
 * Postgres and Kafka stand behind it; both pass the contract suite in `test/feed-contract.ts`.
 */
export interface Feed {
  /** Delivers the log's entries from `from.index` on, those there already and those to come, until it is stopped. */
  follow(origin: string, from: { readonly index: number }, consumer: LogConsumer): Subscription;
  /** Stops every subscription after the batch in hand and lets go of connections. */
  close(): Promise<void>;
}

/** Who consumes one log. The feed calls it with one thing at a time. */
export interface LogConsumer {
  /**
   * Takes entries that follow on one another, the first at the consumer's cursor. What rejects comes again, after a
   * pause, until it is taken; `CursorMoved` makes the feed go on elsewhere.
   */
  apply(batch: readonly FeedEntry[]): Promise<void>;
  /** Leaf hash that the consumer holds at an index below its cursor. */
  heldLeaf(index: number): Promise<string | undefined>;
  /** Decides what becomes of an entry whose leaf hash is another than the one held at its index. */
  settle(contradiction: Contradiction): Promise<Settlement>;
}

/** Bytes that arrived for an index at which the consumer holds others, or that are not what their leaf hash says. */
export interface Contradiction {
  readonly origin: string;
  readonly index: number;
  /** Undefined when the bytes merely do not fit the leaf hash they travelled with. */
  readonly heldLeaf: string | undefined;
  readonly offered: FeedEntry;
}

export type Settlement =
  /** The offered bytes fit no signed checkpoint: they are dropped, and the log goes on. */
  | { readonly kind: 'held-stands' }
  /** The held entries did not fit: the consumer has undone them and wants the log again from `next`. */
  | { readonly kind: 'rewound'; readonly next: number }
  /** Two signed checkpoints contradict each other: the log stays stopped. */
  | { readonly kind: 'fork' }
  /** Nothing signed says which is right yet: the log waits and asks again. */
  | { readonly kind: 'undecided'; readonly detail: string };

/** The cursor that the consumer keeps stands elsewhere than the feed believes, for another process moved it. */
export class CursorMoved extends Error {
  constructor(readonly next: number) {
    super(`the cursor stands at ${next}`);
    this.name = 'CursorMoved';
  }
}

export type FollowState =
  /** Waiting for entries, or handing over those it has. */
  | { readonly kind: 'following' }
  /** The source or the consumer fails; it is tried again. */
  | { readonly kind: 'retrying'; readonly since: Date; readonly error: unknown }
  /** Entries are missing and neither the feed nor backfill has them; they are asked for again. */
  | { readonly kind: 'gap'; readonly since: Date; readonly from: number; readonly to: number }
  /** An entry contradicts another and nothing signed has settled it. */
  | { readonly kind: 'contradicted'; readonly since: Date; readonly index: number; readonly detail: string }
  | { readonly kind: 'forked'; readonly since: Date; readonly index: number }
  | { readonly kind: 'stopped' };

export interface Subscription {
  readonly origin: string;
  /** Index of the next entry that the consumer gets. */
  readonly next: number;
  readonly state: FollowState;
  /** Looks for new entries now instead of at the next occasion. */
  wake(): void;
  /** Goes on from another position: the consumer undid or redid what it had. */
  reposition(index: number): Promise<void>;
  /** Resolves when the batch in hand is done; afterwards the consumer is not called any more. */
  stop(): Promise<void>;
}

/** What the feed noticed and dealt with, for people to know about. */
export type FeedAlarm = (alarm: {
  readonly origin: string;
  readonly kind: 'gap' | 'contradiction' | 'damaged-bytes' | 'discarded' | 'fork';
  readonly index: number;
  readonly detail: string;
}) => void;
