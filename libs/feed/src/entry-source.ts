import type { FeedEntry } from './feed.js';

/**
 * What one transport can do, and no more is asked of it: entries of a log from about a position, perhaps some of
 * them again, perhaps with holes, perhaps damaged. `LogFollower` makes a feed of it.
 */
export interface EntrySource {
  open(origin: string, from: number, sink: EntrySink): OpenSource;
  /** Looks for entries a second time; what a transport cannot read again it leaves out. */
  reread(origin: string, from: number, limit: number): Promise<readonly FeedEntry[]>;
}

export interface EntrySink {
  /** Takes a batch and says which index is wanted next; the next batch must wait for it. */
  deliver(batch: readonly FeedEntry[]): Promise<number>;
  /** Tells what will probably be delivered next. */
  expect(batch: readonly FeedEntry[]): void;
  /** Says that reading fails, or with undefined that it works again. */
  trouble(error: unknown): void;
}

export interface OpenSource {
  wake(): void;
  /** Resolves when no delivery is under way and none will come. */
  close(): Promise<void>;
}
