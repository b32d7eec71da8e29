import { LedgerReader, type LogHead } from '@lodemark/ledger';
import { toHex } from '@lodemark/transparency';
import { Injectable } from '@nestjs/common';
import { CheckpointNotTaken, RegistryCheckpoints } from '../registry/registry-checkpoints.js';
import { LogContradicted, LogStandings } from './log-standings.js';

/** Hands checkpoints to the registry, each with the proof that it extends the last one that was taken. */
@Injectable()
export class CheckpointHandIn {
  /** Sizes that the registry is known to have accepted; forgotten when it says otherwise. */
  private readonly taken = new Map<string, number>();

  constructor(
    private readonly reader: LedgerReader,
    private readonly registry: RegistryCheckpoints,
    private readonly standings: LogStandings,
  ) {}

  /** Size of the last checkpoint that the registry took. @throws LogContradicted */
  async takenSize(head: LogHead, facility: string): Promise<number> {
    const taken = this.taken.get(head.origin) ?? (await this.acceptedSize(head, facility));
    this.taken.set(head.origin, taken);
    return taken;
  }

  async handIn(head: LogHead, facility: string, note: string): Promise<void> {
    const { origin, size } = head;
    const taken = await this.takenSize(head, facility);
    const proof = taken === 0 ? [] : await this.reader.consistencyProof(origin, taken, size);
    try {
      await this.registry.handIn(facility, note, proof.map(toHex));
    } catch (error) {
      // Perhaps another process handed in meanwhile, or the registry was restored: ask it again.
      if (error instanceof CheckpointNotTaken) this.taken.delete(origin);
      throw error;
    }
    this.taken.set(origin, size);
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
