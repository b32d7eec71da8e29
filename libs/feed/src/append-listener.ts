import { APPEND_CHANNEL } from '@lodemark/ledger';
import { Client, type ClientConfig } from 'pg';
import { backoffMs, Pause, type Backoff } from './pause.js';

export interface ListenerOptions {
  readonly connection: ClientConfig;
  /** Called with the origin of a log that grew; without one after a reconnection, when notifications were missed. */
  readonly onAppend: (origin?: string) => void;
  readonly backoff?: Backoff | undefined;
}

const DEFAULT_BACKOFF: Backoff = { firstMs: 200, maxMs: 30_000 };

/**
 * Listens for appends on a connection of its own, for as long as it is open. Losing the connection loses nothing:
 * the feed looks on its own every so often, and at once when the listener is back.
 */
export class AppendListener {
  private readonly closing = new AbortController();
  private readonly done: Promise<void>;

  constructor(private readonly options: ListenerOptions) {
    this.done = this.run();
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.done;
  }

  private async run(): Promise<void> {
    const pause = new Pause();
    const { signal } = this.closing;
    for (let failures = 0; !signal.aborted;) {
      try {
        await this.listenUntilLost(() => (failures = 0));
      } catch {
        // Whatever it was, polling goes on, and listening is tried again.
      }
      await pause.wait(backoffMs(failures, this.options.backoff ?? DEFAULT_BACKOFF), signal);
      failures += 1;
    }
  }

  private async listenUntilLost(onListening: () => void): Promise<void> {
    const client = new Client({ ...this.options.connection, keepAlive: true });
    const lost = new Promise<void>((resolve) => {
      // Every time, not once: a connection can fail more than once, and unheard that would end the process.
      client.on('error', () => resolve());
      client.once('end', () => resolve());
      this.closing.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    try {
      await client.connect();
      client.on('notification', ({ payload }) => this.options.onAppend(payload));
      await client.query(`LISTEN ${APPEND_CHANNEL}`);
      onListening();
      this.options.onAppend();
      await lost;
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
