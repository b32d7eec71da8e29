import { Network } from '@lodemark/domain';
import { Ledger, LedgerReader } from '@lodemark/ledger';
import { Injectable } from '@nestjs/common';
import { CheckpointSigning } from './checkpoint-signing.js';
import { CheckpointHandIn } from './hand-in-checkpoints.js';

/**
 * Appends heads to every log that moved, signs the checkpoint of what it is then, keeps it, and hands it to the registry
 * (design.md section 4, Checkpoints). Kept before it is handed in: a crash between the two hands in the same note again.
 */
@Injectable()
export class CheckpointPublisher {
  constructor(
    private readonly ledger: Ledger,
    private readonly reader: LedgerReader,
    private readonly signing: CheckpointSigning,
    private readonly network: Network,
    private readonly registry: CheckpointHandIn,
  ) {}

  /** Tries every log; rejects with the first failure after all were tried. */
  async publish(): Promise<void> {
    const failures: unknown[] = [];
    for (const origin of await this.reader.origins()) {
      const facility = this.network.facilityOf(origin);
      if (facility === undefined) continue;
      await this.publishLog(origin, facility).catch((error: unknown) => {
        failures.push(error);
      });
    }
    if (failures.length > 0) throw failures[0];
  }

  private async publishLog(origin: string, facility: string): Promise<void> {
    const before = await this.reader.head(origin);
    if (before.size === (await this.registry.takenSize(before, facility))) return;
    // An index that was given away before an old backup was restored must not be taken by heads.
    await this.signing.requireSound(before, facility);
    const head = await this.ledger.appendHeads(origin);
    const note = await this.signing.note(head, facility);
    await this.registry.handIn(head, facility, note);
  }
}
