import { Network } from '@lodemark/domain';
import type { SignatureChecker } from '@lodemark/transparency';
import { Inject, Injectable } from '@nestjs/common';
import { SIGNATURES } from '../ports.js';
import { RegistrationRefusal } from '../statements/registration-refusal.js';
import { LogKeys } from './log-keys.js';
import { readFacilityCheckpoint, verifiedNote, type ClaimedCheckpoint } from './open-facility-checkpoint.js';

/** Whether a note is what it claims: the checkpoint of a facility log of this network, signed by a key that holds. */
@Injectable()
export class CheckpointAuthenticity {
  constructor(
    private readonly network: Network,
    private readonly logKeys: LogKeys,
    @Inject(SIGNATURES) private readonly signatures: SignatureChecker,
  ) {}

  /** `note` holds the signatures of the log's own keys alone. @throws RegistrationRefusal */
  async open(text: string, at: string): Promise<Omit<ClaimedCheckpoint, 'note'> & { readonly note: string }> {
    const claimed = readFacilityCheckpoint(text, this.network);
    const { origin } = claimed.checkpoint;
    const keys = await this.logKeys.holding(claimed.facility, at);
    if (keys === undefined) {
      const detail = `${origin} is not the log of a registered facility.`;
      throw new RegistrationRefusal({ code: 'checkpoint-of-unknown-log', detail, facts: { origin } });
    }
    const note = await verifiedNote(claimed, keys, this.signatures);
    if (note !== undefined) return { ...claimed, note };
    const detail = `The checkpoint is not signed by a log key of ${claimed.facility} that holds now.`;
    throw new RegistrationRefusal({ code: 'checkpoint-not-signed', detail, facts: { origin } });
  }
}
