import type { Logger } from '../logging/logger.js';

export const SHUTDOWN = Symbol('SHUTDOWN');

interface Closer {
  readonly name: string;
  readonly close: () => Promise<void>;
}

/** What a service has to end once nothing is asked of it any more. */
export class Shutdown {
  private readonly closers: Closer[] = [];
  private stopping = false;

  constructor(private readonly logger: Logger) {}

  /** Closers run after the last request was answered, one after the other, the last registered first. */
  onStop(name: string, close: () => Promise<void>): void {
    this.closers.push({ name, close });
  }

  get isStopping(): boolean {
    return this.stopping;
  }

  begin(): void {
    this.stopping = true;
  }

  /** Runs every closer, even after one failed; tells whether all went well. */
  async runClosers(): Promise<boolean> {
    let well = true;
    for (const { name, close } of this.closers.splice(0).reverse()) {
      try {
        await close();
      } catch (err) {
        well = false;
        this.logger.error({ closer: name, err }, 'closing failed');
      }
    }
    return well;
  }
}
