import { LogKeeping, type LogHead } from '@lodemark/ledger';
import { Injectable } from '@nestjs/common';
import { HeldKeys } from '../facilities/held-keys.js';
import { LogFollowing } from './log-following.js';

/** Makes checkpoints of facility logs: signed with the log key, kept in the ledger, the first of a size for good. */
@Injectable()
export class CheckpointSigning {
  constructor(
    private readonly keys: HeldKeys,
    private readonly keeping: LogKeeping,
    private readonly following: LogFollowing,
  ) {}

  /** @throws LogContradicted when nothing may be appended to the log, because it does not follow from what was signed */
  async requireSound(head: LogHead, facility: string): Promise<void> {
    await this.following.require(facility, head);
  }

  /** @throws LogContradicted when the log does not follow from what was signed of it */
  async note(head: LogHead, facility: string): Promise<string> {
    const key = await this.keys.open(facility, 'log');
    const note = await this.following.sign(facility, head, key.signer);
    return (await this.keeping.saveCheckpoint(head.origin, note)).note;
  }
}
