import { LOGGER, type Logger } from '@lodemark/platform';
import { Inject, Injectable } from '@nestjs/common';
import { CheckpointPublisher } from './logs/publish-checkpoints.js';
import { RootFollower } from './root/follow-root.js';

/** Looks at the root log and hands in checkpoints, round after round; a round that fails is tried again at the next. */
@Injectable()
export class Rounds {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly root: RootFollower,
    private readonly publisher: CheckpointPublisher,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  start(everyMs: number): void {
    if (everyMs <= 0 || this.stopped) return;
    this.timer = setTimeout(() => {
      this.running = this.round().finally(() => {
        this.start(everyMs);
      });
    }, everyMs);
  }

  /** Waits for the round under way; none begins after it. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private async round(): Promise<void> {
    try {
      await this.root.sync();
      await this.publisher.publish();
    } catch (error) {
      this.logger.warn({ err: error }, 'round failed; the next one tries again');
    }
  }
}
