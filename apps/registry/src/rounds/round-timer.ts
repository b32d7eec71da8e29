import { HealthFailure, LOGGER, type Logger } from '@lodemark/platform';
import { SignerRefusal } from '@lodemark/witness';
import { Inject, Injectable } from '@nestjs/common';
import { REGISTRY_METRICS, type RegistryMetrics } from '../registry-metrics.js';
import { QuorumNotMet } from './root-publisher.js';
import { Rounds } from './rounds.js';

/** Makes rounds every so often. A round that fails is logged, counted and followed by the next one in time. */
@Injectable()
export class RoundTimer {
  private timer: NodeJS.Timeout | undefined;
  /** Undefined while stopped. */
  private everyMs: number | undefined;
  private underWay: Promise<void> = Promise.resolve();
  private failing = 0;
  private reason = '';

  constructor(
    private readonly rounds: Rounds,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(REGISTRY_METRICS) private readonly metrics: RegistryMetrics,
  ) {}

  start(everyMs: number): void {
    this.everyMs = everyMs;
    this.timer = setTimeout(() => {
      this.underWay = this.tick().then(() => {
        if (this.everyMs !== undefined) this.start(this.everyMs);
      });
    }, everyMs);
  }

  /** Waits for the round under way and makes a last one, if it was started. */
  async stop(): Promise<void> {
    if (this.everyMs === undefined) return;
    this.everyMs = undefined;
    clearTimeout(this.timer);
    await this.underWay;
    await this.tick();
  }

  /** Rejects while rounds fail: nothing is lost, but nothing new is covered or published. */
  check(): Promise<undefined> {
    if (this.failing === 0) return Promise.resolve(undefined);
    return Promise.reject(new HealthFailure(`The last ${this.failing} rounds failed: ${this.reason}`));
  }

  /** A round failed, perhaps one that this timer did not make. */
  failed(error: unknown): void {
    this.failing += 1;
    const isTelling = error instanceof SignerRefusal || error instanceof QuorumNotMet;
    this.reason = isTelling ? error.message : 'see the log.';
    this.logger.error({ err: error }, 'a round failed');
  }

  private async tick(): Promise<void> {
    const started = performance.now();
    try {
      const { size } = await this.rounds.make();
      this.failing = 0;
      this.metrics.rootSize.set(size);
      this.metrics.rounds.observe({ outcome: 'made' }, (performance.now() - started) / 1000);
    } catch (error) {
      this.failed(error);
      this.metrics.rounds.observe({ outcome: 'failed' }, (performance.now() - started) / 1000);
    }
  }
}
