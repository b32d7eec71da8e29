/** Waits, at most `ms` milliseconds, until it is woken or aborted. A wake while nobody waits ends the next wait at once. */
export class Pause {
  private woken = false;
  private release: (() => void) | undefined;

  wake(): void {
    this.woken = true;
    this.release?.();
  }

  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.woken && !signal.aborted) await this.sleep(ms, signal);
    this.woken = false;
  }

  private sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.release = undefined;
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done);
      this.release = done;
    });
  }
}

export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** Exponential, half of it jitter, so that consumers that failed together do not return together. */
export function backoffMs(attempt: number, { firstMs, maxMs }: Backoff): number {
  const ceiling = Math.min(maxMs, firstMs * 2 ** Math.min(attempt, 30));
  return ceiling / 2 + (Math.random() * ceiling) / 2;
}
