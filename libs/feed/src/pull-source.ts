import type { EntrySink, EntrySource, OpenSource } from './entry-source.js';
import type { FeedEntry } from './feed.js';
import { backoffMs, Pause, type Backoff } from './pause.js';

/** Reads a log on demand. */
export interface LogReads {
  /** Entries from `from` on in index order, at most `limit`; undefined when this place does not have the log (yet). */
  read(origin: string, from: number, limit: number): Promise<readonly FeedEntry[] | undefined>;
}

export interface PullOptions {
  /** Places to read from; the first that has the log is asked. */
  readonly places: readonly LogReads[];
  /** Milliseconds between looks when nothing wakes the source. */
  readonly pollMs: number;
  readonly batchSize: number;
  readonly backoff: Backoff;
}

interface Opened {
  readonly origin: string;
  readonly from: number;
  readonly sink: EntrySink;
  readonly pause: Pause;
  readonly signal: AbortSignal;
}

/** A batch that is being read before its turn; empty when that failed or there was nothing. */
interface Ahead {
  readonly from: number;
  readonly batch: Promise<readonly FeedEntry[]>;
}

/** A source of entries that reads them where they are kept: as soon as it is woken, else every `pollMs`. */
export class PullSource implements EntrySource {
  private readonly wakers = new Map<string, Set<Pause>>();

  constructor(private readonly options: PullOptions) {}

  open(origin: string, from: number, sink: EntrySink): OpenSource {
    const closing = new AbortController();
    const pause = this.wakerOf(origin);
    const done = this.run({ origin, from, sink, pause, signal: closing.signal });
    const close = async () => {
      closing.abort();
      await done;
      this.wakers.get(origin)?.delete(pause);
    };
    return { wake: () => pause.wake(), close };
  }

  async reread(origin: string, from: number, limit: number): Promise<readonly FeedEntry[]> {
    for (const place of this.options.places) {
      const entries = await place.read(origin, from, limit);
      if (entries !== undefined) return entries;
    }
    return [];
  }

  /** Looks for new entries of this log now; of every log when none is named. */
  wake(origin?: string): void {
    const concerned = origin === undefined ? [...this.wakers.values()] : [this.wakers.get(origin) ?? []];
    for (const pauses of concerned) for (const pause of pauses) pause.wake();
  }

  private wakerOf(origin: string): Pause {
    const pause = new Pause();
    const pauses = this.wakers.get(origin) ?? new Set();
    this.wakers.set(origin, pauses.add(pause));
    return pause;
  }

  private async run(opened: Opened): Promise<void> {
    const { origin, sink, pause, signal } = opened;
    const { batchSize, pollMs } = this.options;
    let next = opened.from;
    let ahead: Ahead | undefined;
    for (let failures = 0; !signal.aborted;) {
      try {
        const early = ahead?.from === next ? await ahead.batch : [];
        const batch = early.length > 0 ? early : await this.reread(origin, next, batchSize);
        failures = 0;
        sink.trouble(undefined);
        // Who is far behind gets the next batch read while this one is being applied.
        ahead = batch.length === batchSize ? this.readAhead(opened, next + batchSize) : undefined;
        if (batch.length > 0) next = await sink.deliver(batch);
        else await pause.wait(pollMs, signal);
      } catch (error) {
        sink.trouble(error);
        await pause.wait(backoffMs(failures, this.options.backoff), signal);
        failures += 1;
      }
    }
    await ahead?.batch;
  }

  private readAhead({ origin, sink, signal }: Opened, from: number): Ahead {
    const read = async () => {
      const batch = await this.reread(origin, from, this.options.batchSize);
      if (!signal.aborted) sink.expect(batch);
      return batch;
    };
    // What fails here is read again when its turn comes, and that is told.
    return { from, batch: read().catch(() => []) };
  }
}
