import type { FeedEntry } from './feed.js';

/** Fetches what the feed lacks from the service that keeps the log: custody, or the registry for the root log. */
export interface Backfill {
  /** Entries from `from` on without holes, at most `limit`; fewer or none when the log is not that long yet. */
  fetch(origin: string, from: number, limit: number): Promise<readonly FeedEntry[]>;
  /** The log's last published checkpoint as a signed note; undefined when it has none yet. */
  checkpoint(origin: string): Promise<string | undefined>;
}
