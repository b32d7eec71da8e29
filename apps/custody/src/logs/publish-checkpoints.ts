import { Network } from '@lodemark/domain';
import { LedgerReader, type LogHead } from '@lodemark/ledger';
import { toHex } from '@lodemark/transparency';
import { Injectable } from '@nestjs/common';
import { CheckpointNotTaken, RegistryCheckpoints } from '../registry/registry-checkpoints.js';
import { CheckpointSigning } from './checkpoint-signing.js';
import { LogContradicted, LogStandings } from './log-standings.js';

/**
 * Signs the checkpoint of every log that moved, keeps it, and hands it to the registry with the proof that it extends
 * the last one that was taken (design.md section 4, Checkpoints). Kept before it is handed in: a crash between the two
 * hands in the same note again.
 */
@Injectable()
export class CheckpointPublisher {
  /** Sizes that the registry is known to have accepted; forgotten when it says otherwise. */
  private readonly taken = new Map<string, number>();

  constructor(
    private readonly reader: LedgerReader,
    private readonly signing: CheckpointSigning,
    private readonly network: Network,
    private readonly registry: RegistryCheckpoints,
    private readonly standings: LogStandings,
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
    const head = await this.reader.head(origin);
    const taken = this.taken.get(origin) ?? (await this.acceptedSize(head, facility));
    this.taken.set(origin, taken);
    if (head.size === taken) return;
    const note = await this.signing.note(head, facility);
    const proof = taken === 0 ? [] : await this.reader.consistencyProof(origin, taken, head.size);
    try {
      await this.registry.handIn(facility, note, proof.map(toHex));
    } catch (error) {
      // Perhaps another process handed in meanwhile, or the registry was restored: ask it again.
      if (error instanceof CheckpointNotTaken) this.taken.delete(origin);
      throw error;
    }
    this.taken.set(origin, head.size);
  }

  // Asked before the first checkpoint is signed: a log that was restored from an old backup must not sign a second
  // root for a size that the registry knows, which would be a fork for good.
  private async acceptedSize({ origin, size }: LogHead, facility: string): Promise<number> {
    const last = await this.registry.last(facility);
    if (last === undefined) return 0;
    const isOurs = last.size <= size && (await this.reader.rootAt(origin, last.size)) === last.root;
    if (!isOurs)
      throw this.standings.contradict(
        new LogContradicted(facility, 'registry', { held: last.size, own: size }),
      );
    this.standings.clear(facility, 'registry');
    return last.size;
  }
}
