import { LogKeeping, type LogHead } from '@lodemark/ledger';
import { signCheckpoint } from '@lodemark/transparency';
import { Injectable } from '@nestjs/common';
import { HeldKeys } from '../facilities/held-keys.js';

/** Makes checkpoints of facility logs: signed with the log key, kept in the ledger, the first of a size for good. */
@Injectable()
export class CheckpointSigning {
  constructor(
    private readonly keys: HeldKeys,
    private readonly keeping: LogKeeping,
  ) {}

  async note({ origin, size, root }: LogHead, facility: string): Promise<string> {
    const key = await this.keys.open(facility, 'log');
    const note = await signCheckpoint({ origin, size, root }, key.signer);
    return (await this.keeping.saveCheckpoint(origin, note)).note;
  }
}
