import { LOGGER, type Logger } from '@lodemark/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { CustodyMetrics } from './custody-metrics.js';
import { CheckpointPublisher } from './logs/publish-checkpoints.js';
import { CUSTODY_METRICS } from './ports.js';
import { RegistryHttp } from './registry/registry-http.js';
import { RootFollower } from './root/follow-root.js';

type Half = 'root-log' | 'checkpoints';

/**
 * Looks at the root log and hands in checkpoints, round after round. Nothing is lost by a round that fails, because
 * the next one does what it left; failures are logged when they begin, change and end, not once a second.
 */
@Injectable()
export class Rounds {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  /** Undefined while stopped. */
  private everyMs: number | undefined;
  private readonly failing = new Map<Half, string>();

  constructor(
    private readonly root: RootFollower,
    private readonly publisher: CheckpointPublisher,
    private readonly registry: RegistryHttp,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(CUSTODY_METRICS) private readonly metrics: CustodyMetrics,
  ) {}

  /** The first round at once, the next ones so long after the end of the one before. */
  start(everyMs: number): void {
    this.everyMs = everyMs;
    this.schedule(0);
  }

  /** Ends requests to the registry, waits for the round under way; none begins after it. */
  async stop(): Promise<void> {
    this.everyMs = undefined;
    clearTimeout(this.timer);
    this.registry.stop();
    await this.running;
  }

  /** Reads and verifies what is new in the root log. */
  async syncRoot(): Promise<void> {
    try {
      this.metrics.rootSize.set(await this.root.sync());
    } finally {
      this.metrics.rootTrusted.set(this.root.untrusted === undefined ? 1 : 0);
    }
  }

  /** Signs and hands in the checkpoint of every log that moved. */
  async publish(): Promise<void> {
    await this.publisher.publish();
  }

  private schedule(ms: number): void {
    this.timer = setTimeout(() => {
      this.running = this.round().then(() => {
        if (this.everyMs !== undefined) this.schedule(this.everyMs);
      });
    }, ms);
  }

  private async round(): Promise<void> {
    const started = performance.now();
    const read = await this.half('root-log', () => this.syncRoot());
    const handedIn = await this.half('checkpoints', () => this.publish());
    const outcome = read && handedIn ? 'made' : 'failed';
    this.metrics.rounds.observe({ outcome }, (performance.now() - started) / 1000);
  }

  private async half(name: Half, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      if (this.failing.delete(name)) this.logger.info({ half: name }, 'rounds succeed again');
      return true;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (this.everyMs !== undefined && this.failing.get(name) !== reason)
        this.logger.error({ half: name, err: error }, 'a round failed; the next one tries again');
      this.failing.set(name, reason);
      return false;
    }
  }
}
