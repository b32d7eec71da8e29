import type { Feed, Subscription } from '@lodemark/feed';
import type { Logger } from '@lodemark/platform';
import type { Pool } from 'pg';
import { toCount } from '../database/tables.js';
import type { LogIngest } from './log-ingest.js';

export interface FollowerPorts {
  readonly pool: Pool;
  readonly feed: Feed;
  readonly logger: Logger;
  readonly rootOrigin: string;
  readonly ingestFor: (origin: string) => LogIngest;
}

interface Followed {
  readonly ingest: LogIngest;
  readonly subscription: Subscription;
}

/** Follows the root log and every facility log that it knows of, those that it comes to know of included. */
export class LogFollowers {
  private readonly followed = new Map<string, Followed>();
  private stopped = false;

  constructor(private readonly ports: FollowerPorts) {}

  /** Follows the logs that are known and not yet followed. */
  async refresh(): Promise<void> {
    const { rows } = await this.ports.pool.query<{ origin: string; next: string }>(
      `SELECT origin, next FROM log ORDER BY origin`,
    );
    const cursors = new Map(rows.map(({ origin, next }) => [origin, toCount(next)]));
    const root = this.ports.rootOrigin;
    if (!cursors.has(root)) cursors.set(root, 0);
    for (const [origin, next] of cursors) this.follow(origin, next);
  }

  private follow(origin: string, next: number): void {
    if (this.stopped || this.followed.has(origin)) return;
    const ingest = this.ports.ingestFor(origin);
    const subscription = this.ports.feed.follow(origin, { index: next }, ingest);
    this.followed.set(origin, { ingest, subscription });
    this.ports.logger.info({ origin, next }, 'following a log');
  }

  ingestOf(origin: string): LogIngest | undefined {
    return this.followed.get(origin)?.ingest;
  }

  subscriptions(): readonly Subscription[] {
    return [...this.followed.values()].map(({ subscription }) => subscription);
  }

  /** Whether the root log is being followed: without it nothing new would ever count. */
  followsRoot(): boolean {
    const root = this.followed.get(this.ports.rootOrigin);
    return root !== undefined && root.subscription.state.kind !== 'stopped';
  }

  /** What each log is doing, in a word. */
  states(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.subscriptions().map(({ origin, state }) => [origin, state.kind]));
  }

  wake(): void {
    for (const { subscription } of this.followed.values()) subscription.wake();
  }

  /** Waits for the batches in hand; afterwards nothing is applied any more. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.subscriptions().map((subscription) => subscription.stop()));
    this.followed.clear();
  }

  /** Runs `work` while no log is being applied by this process, then goes on from where the cursors stand. */
  async paused<T>(work: () => Promise<T>): Promise<T> {
    await this.stop();
    try {
      return await work();
    } finally {
      this.stopped = false;
      await this.refresh();
    }
  }
}
