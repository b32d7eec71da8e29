import { RootLog, type PublishedCheckpoint } from '@lodemark/ledger';
import { Injectable } from '@nestjs/common';
import { CheckpointRegister } from '../checkpoints/checkpoint-register.js';
import { packCheckpoints } from '../checkpoints/pack-checkpoints.js';
import { RootPublisher } from './root-publisher.js';
import { RootSigning } from './root-signing.js';

/**
 * A round: the facility checkpoints that were accepted since the last one enter the root log, and the root log's own
 * checkpoint is published if it moved. Several processes may make rounds: the head lock orders what they append.
 */
@Injectable()
export class Rounds {
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly checkpoints: CheckpointRegister,
    private readonly rootLog: RootLog,
    private readonly signing: RootSigning,
    private readonly publisher: RootPublisher,
  ) {}

  /** Makes a round after the one under way: what was accepted before this call is in it. Answers what is published. */
  make(): Promise<PublishedCheckpoint> {
    const round = this.last.then(async () => {
      // First, so that nothing is added to a log that does not follow from what was signed of it.
      await this.signing.check();
      await this.recordPending();
      return this.publisher.publish();
    });
    this.last = round.catch(() => undefined);
    return round;
  }

  private async recordPending(): Promise<void> {
    // Asked first without the head lock, so that a quiet network's rounds disturb nobody.
    if ((await this.checkpoints.pending()).length === 0) return;
    await this.rootLog.append(async ({ client, head, recordedAt }) => {
      const groups = packCheckpoints(await this.checkpoints.pending(client), recordedAt);
      const covered = groups.flatMap(({ packed }, i) =>
        packed.map(({ facility, size }) => ({ facility, size, rootIndex: head.size + i })),
      );
      await this.checkpoints.cover(client, covered, recordedAt);
      return groups.map(({ entry }) => ({ entry }));
    });
  }
}
