/** One entry of a log as it travels: its place, its Merkle leaf hash (lowercase hex) and its bytes. */
export interface FeedEntry {
  readonly origin: string;
  readonly index: number;
  readonly leafHash: string;
  readonly bytes: Uint8Array;
}

/**
 * The one seam between logs and their consumers (design.md section 2): entries of a log, in order, from a position.
 * Every implementation passes the contract suite in `test/feed-contract.ts`.
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
  /**
   * Tells what will come next unless something out of the ordinary happens, while the consumer may still be at what
   * came before: work that needs nothing but the entries can begin. They can be damaged, and may never come.
   */
  expect?(entries: readonly FeedEntry[]): void;
  /** Leaf hashes that the consumer holds at indexes from `from` up to `to`, `to` left out, all below its cursor. */
  heldLeaves(from: number, to: number): Promise<readonly string[]>;
  /** Decides what becomes of an entry whose leaf hash is another than the one held at its index. */
  settle(contradiction: Contradiction): Promise<Settlement>;
}

/** An entry arrived at an index where the consumer holds another one. */
export interface Contradiction {
  readonly origin: string;
  readonly index: number;
  readonly heldLeaf: string;
  readonly offered: FeedEntry;
}

export type Settlement =
  /** The offered bytes fit no signed checkpoint: they are dropped, and the log goes on. */
  | { readonly kind: 'held-stands' }
  /** The held entries fit none: the consumer has put those that do in their place and wants `next`. */
  | { readonly kind: 'replaced'; readonly from: number; readonly next: number }
  /** Two signed checkpoints contradict each other: the log stays stopped. */
  | { readonly kind: 'fork'; readonly detail: string }
  /** Nothing signed says yet which is right: the log waits and asks again. */
  | { readonly kind: 'undecided'; readonly detail: string };

/** The cursor that the consumer keeps stands elsewhere than the feed believes, for somebody else moved it. */
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
  | { readonly kind: 'retrying'; readonly since: Date; readonly detail: string }
  /** Entries are missing and neither the feed nor backfill has them; they are asked for again. */
  | { readonly kind: 'gap'; readonly since: Date; readonly from: number; readonly to: number }
  /** An entry contradicts another and nothing signed has settled it yet. */
  | { readonly kind: 'contradicted'; readonly since: Date; readonly index: number; readonly detail: string }
  | { readonly kind: 'forked'; readonly since: Date; readonly index: number; readonly detail: string }
  | { readonly kind: 'stopped' };

export interface Subscription {
  readonly origin: string;
  /** Index of the next entry that the consumer gets. */
  readonly next: number;
  readonly state: FollowState;
  /** Looks for new entries now instead of at the next occasion. */
  wake(): void;
  /** Resolves when the batch in hand is done; afterwards the consumer is not called any more. */
  stop(): Promise<void>;
}

/** What a feed met and somebody should know about. */
export interface FeedAlarm {
  readonly origin: string;
  readonly kind:
    'gap' | 'contradiction' | 'damaged-bytes' | 'discarded' | 'replaced' | 'fork' | 'foreign-record';
  readonly index: number;
  readonly detail: string;
}
