import type { Backfill } from './backfill.js';
import type { FeedEntry } from './feed.js';
import { PullFeed, type PullFeedOptions } from './pull-feed.js';
import type { LogReads } from './pull-source.js';

/** Reads logs from the services that keep them. */
export class BackfillReads implements LogReads {
  constructor(private readonly backfill: Backfill) {}

  read(origin: string, from: number, limit: number): Promise<readonly FeedEntry[]> {
    return this.backfill.fetch(origin, from, limit);
  }
}

/** The feed that asks the services that keep the logs every so often: where neither broker nor database is shared. */
export class HttpFeed extends PullFeed {
  constructor(options: Omit<PullFeedOptions, 'places'> & { readonly backfill: Backfill }) {
    super({ ...options, places: [new BackfillReads(options.backfill)] });
  }
}
