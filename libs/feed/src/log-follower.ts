import type { Backfill } from './backfill.js';
import type { EntrySource, OpenSource } from './entry-source.js';
import {
  CursorMoved,
  type FeedAlarm,
  type FeedEntry,
  type FollowState,
  type LogConsumer,
  type Subscription,
} from './feed.js';
import { intactRun, isIntact } from './intact.js';
import { backoffMs, Pause, type Backoff } from './pause.js';

export interface FollowerOptions {
  readonly origin: string;
  readonly from: number;
  readonly consumer: LogConsumer;
  readonly source: EntrySource;
  /** Asked for what the source does not have. */
  readonly backfill?: Backfill | undefined;
  readonly onAlarm?: ((alarm: FeedAlarm) => void) | undefined;
  readonly backoff?: Backoff | undefined;
}

const DEFAULT_BACKOFF: Backoff = { firstMs: 100, maxMs: 15_000 };
const FILL_LIMIT = 500;

/**
 * Makes of whatever a transport delivers what a consumer can rely on: every entry once, in order, no hole, nothing
 * that contradicts what it holds (design.md section 2). The same for every transport.
 */
export class LogFollower implements Subscription {
  readonly origin: string;
  next: number;
  private current: FollowState = { kind: 'following' };
  private readonly stopping = new AbortController();
  private readonly pause = new Pause();
  private readonly source: OpenSource;
  private readonly backoff: Backoff;
  private closed: Promise<void> | undefined;

  constructor(private readonly options: FollowerOptions) {
    this.origin = options.origin;
    this.next = options.from;
    this.backoff = options.backoff ?? DEFAULT_BACKOFF;
    this.source = options.source.open(options.origin, options.from, {
      deliver: (batch) => this.deliver(batch),
      expect: (batch) => {
        if (!this.stopped) this.options.consumer.expect?.(batch);
      },
      trouble: (error) => this.onTrouble(error),
    });
  }

  get state(): FollowState {
    return this.current;
  }

  wake(): void {
    this.pause.wake();
    this.source.wake();
  }

  stop(): Promise<void> {
    this.closed ??= this.close();
    return this.closed;
  }

  private async close(): Promise<void> {
    this.stopping.abort();
    await this.source.close();
    this.current = { kind: 'stopped' };
  }

  private get stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  private onTrouble(error: unknown): void {
    if (error !== undefined) this.retrying(error);
    else if (this.current.kind === 'retrying') this.current = { kind: 'following' };
  }

  private retrying(error: unknown): void {
    const since = this.current.kind === 'retrying' ? this.current.since : new Date();
    this.current = {
      kind: 'retrying',
      since,
      detail: error instanceof Error ? error.message : String(error),
    };
  }

  private async deliver(batch: readonly FeedEntry[]): Promise<number> {
    const known = await this.heldBelowCursor(batch);
    let run: FeedEntry[] = [];
    for (const entry of batch) {
      if (this.stopped) return this.next;
      if (entry.index === this.next + run.length && isIntact(entry)) {
        run.push(entry);
        continue;
      }
      // Anything out of the ordinary is looked at with the consumer up to date.
      await this.handOver(run);
      run = [];
      await this.takeIrregular(entry, known.get(entry.index));
    }
    await this.handOver(run);
    return this.next;
  }

  private async heldBelowCursor(batch: readonly FeedEntry[]): Promise<ReadonlyMap<number, string>> {
    const again = batch.map(({ index }) => index).filter((index) => index < this.next);
    return again.length === 0 ? new Map() : this.heldLeaves(Math.min(...again), Math.max(...again) + 1);
  }

  private async heldLeaves(from: number, to: number): Promise<ReadonlyMap<number, string>> {
    for (let attempt = 0; !this.stopped; attempt += 1) {
      try {
        const leaves = await this.options.consumer.heldLeaves(from, Math.min(to, this.next));
        return new Map(leaves.map((leaf, offset) => [from + offset, leaf]));
      } catch (error) {
        this.retrying(error);
        await this.sleep(attempt);
      }
    }
    return new Map();
  }

  private async takeIrregular(entry: FeedEntry, known: string | undefined): Promise<void> {
    if (!isIntact(entry)) {
      this.alarm('damaged-bytes', entry.index, 'the bytes do not have the leaf hash that they came with');
      await this.fill(entry.index + 1);
      return;
    }
    if (entry.index > this.next) await this.fill(entry.index);
    if (this.stopped) return;
    if (entry.index === this.next) return this.handOver([entry]);
    if (entry.index > this.next) return;
    const held =
      known ?? (await this.heldLeaves(entry.index, entry.index + 1)).get(entry.index) ?? entry.leafHash;
    if (held !== entry.leafHash) await this.settle(entry, held);
  }

  private async handOver(run: readonly FeedEntry[]): Promise<void> {
    if (run.length === 0) return;
    for (let attempt = 0; !this.stopped; attempt += 1) {
      try {
        await this.options.consumer.apply(run);
        this.next += run.length;
        this.current = { kind: 'following' };
        return;
      } catch (error) {
        if (error instanceof CursorMoved) {
          // What lies before the cursor is compared with what is held there, like anything that comes again.
          this.next = error.next;
          await this.deliver(run);
          return;
        }
        this.retrying(error);
        await this.sleep(attempt);
      }
    }
  }

  /** Fetches what is missing before index `to`: from the source again, then from the service that keeps the log. */
  private async fill(to: number): Promise<void> {
    const since = new Date();
    for (let attempt = 0; !this.stopped && this.next < to;) {
      const from = this.next;
      const found = await this.missingEntries(from, to);
      if (found.length > 0) await this.handOver(found);
      if (this.next !== from) {
        attempt = 0;
        continue;
      }
      if (attempt === 0) this.alarm('gap', from, `entries ${from} to ${to - 1} are missing`);
      this.current = { kind: 'gap', since, from, to };
      await this.sleep(attempt);
      attempt += 1;
    }
    if (this.current.kind === 'gap') this.current = { kind: 'following' };
  }

  private async missingEntries(from: number, to: number): Promise<readonly FeedEntry[]> {
    const limit = Math.min(to - from, FILL_LIMIT);
    const { source, backfill } = this.options;
    const ways = [
      () => source.reread(this.origin, from, limit),
      ...(backfill === undefined ? [] : [() => backfill.fetch(this.origin, from, limit)]),
    ];
    for (const way of ways) {
      // Failing to answer is the same as having nothing: the next way is tried, and all of them again later.
      const entries = await way().catch(() => []);
      const run = intactRun(entries.slice(0, limit), from);
      if (run.length > 0) return run;
    }
    return [];
  }

  private async settle(offered: FeedEntry, heldLeaf: string): Promise<void> {
    const { index } = offered;
    const since = new Date();
    this.alarm('contradiction', index, `leaf ${offered.leafHash} arrived, ${heldLeaf} is held`);
    for (let attempt = 0; !this.stopped; attempt += 1) {
      const settlement = await this.options.consumer
        .settle({ origin: this.origin, index, heldLeaf, offered })
        .catch((error: unknown) => ({ kind: 'undecided' as const, detail: String(error) }));
      switch (settlement.kind) {
        case 'held-stands':
          this.alarm('discarded', index, `leaf ${offered.leafHash} fits no signed checkpoint`);
          this.current = { kind: 'following' };
          return;
        case 'replaced':
          this.alarm(
            'replaced',
            settlement.from,
            `entries from ${settlement.from} on fit no signed checkpoint`,
          );
          this.next = settlement.next;
          this.current = { kind: 'following' };
          return;
        case 'fork':
          this.alarm('fork', index, settlement.detail);
          this.current = { kind: 'forked', since, index, detail: settlement.detail };
          return this.untilStopped();
        case 'undecided':
          this.current = { kind: 'contradicted', since, index, detail: settlement.detail };
          await this.sleep(attempt);
      }
    }
  }

  private untilStopped(): Promise<void> {
    const { signal } = this.stopping;
    return new Promise((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  private sleep(attempt: number): Promise<void> {
    return this.pause.wait(backoffMs(attempt, this.backoff), this.stopping.signal);
  }

  private alarm(kind: FeedAlarm['kind'], index: number, detail: string): void {
    this.options.onAlarm?.({ origin: this.origin, kind, index, detail });
  }
}
