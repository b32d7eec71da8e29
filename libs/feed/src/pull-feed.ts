import type { Backfill } from './backfill.js';
import type { Feed, FeedAlarm, LogConsumer, Subscription } from './feed.js';
import { LogFollower } from './log-follower.js';
import type { Backoff } from './pause.js';
import { PullSource, type LogReads } from './pull-source.js';

export interface PullFeedOptions {
  readonly places: readonly LogReads[];
  /** Asked for what none of the places has. */
  readonly backfill?: Backfill | undefined;
  readonly onAlarm?: ((alarm: FeedAlarm) => void) | undefined;
  /** Milliseconds between looks when nothing wakes the feed; default 1,000. */
  readonly pollMs?: number | undefined;
  /** Entries per batch at most; default 1,000. */
  readonly batchSize?: number | undefined;
  readonly backoff?: Backoff | undefined;
}

const DEFAULT_BACKOFF: Backoff = { firstMs: 100, maxMs: 15_000 };

/** A feed that reads logs where they are kept. */
export class PullFeed implements Feed {
  private readonly source: PullSource;
  private readonly subscriptions = new Set<Subscription>();

  constructor(private readonly options: PullFeedOptions) {
    const { places, pollMs = 1_000, batchSize = 1_000, backoff = DEFAULT_BACKOFF } = options;
    this.source = new PullSource({ places, pollMs, batchSize, backoff });
  }

  follow(origin: string, from: { readonly index: number }, consumer: LogConsumer): Subscription {
    const { backfill, onAlarm, backoff } = this.options;
    const { source } = this;
    const subscription = new LogFollower({
      origin,
      from: from.index,
      consumer,
      source,
      backfill,
      onAlarm,
      backoff,
    });
    for (const old of this.subscriptions) if (old.state.kind === 'stopped') this.subscriptions.delete(old);
    this.subscriptions.add(subscription);
    return subscription;
  }

  /** Looks for new entries of this log now; of every log when none is named. */
  wake(origin?: string): void {
    this.source.wake(origin);
  }

  async close(): Promise<void> {
    await Promise.all([...this.subscriptions].map((subscription) => subscription.stop()));
    this.subscriptions.clear();
  }
}
