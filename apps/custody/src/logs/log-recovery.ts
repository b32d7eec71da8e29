import { Ledger, LedgerError, LedgerReader, type LostEntries } from '@lodemark/ledger';
import { ProblemError } from '@lodemark/platform';
import { EMPTY_ROOT, toHex } from '@lodemark/transparency';
import { Injectable } from '@nestjs/common';
import { RegistryCheckpoints } from '../registry/registry-checkpoints.js';
import { CheckpointSigning } from './checkpoint-signing.js';
import type { ServedLog } from './log-access.js';
import { LogFollowing } from './log-following.js';
import type { HeldBy } from './log-standings.js';
import { OwnSignatures } from './own-signatures.js';
import type { RecoveryResponse } from './recovery.response.js';

/** The last tree of a log that was signed. */
interface SignedTree {
  readonly size: number;
  readonly root: string;
  readonly heldBy: HeldBy;
}

/** What was signed of a log, whatever became of the database: its signer knows, and without one the registry. */
@Injectable()
export class SignedTrees {
  constructor(
    private readonly following: LogFollowing,
    private readonly registry: RegistryCheckpoints,
  ) {}

  async last(facility: string, origin: string): Promise<SignedTree> {
    const signed = await this.following.signedTree(origin);
    if (signed !== undefined) return { size: signed.size, root: signed.root, heldBy: 'signer' };
    const taken = await this.registry.last(facility);
    return { ...(taken ?? { size: 0, root: toHex(EMPTY_ROOT) }), heldBy: 'registry' };
  }
}

/** Puts back the entries that a database restored from an older backup lacks, from whoever has them still. */
@Injectable()
export class LogRecovery {
  constructor(
    private readonly ledger: Ledger,
    private readonly reader: LedgerReader,
    private readonly trees: SignedTrees,
    private readonly signing: CheckpointSigning,
    private readonly signatures: OwnSignatures,
  ) {}

  async standing(facility: string, { origin }: ServedLog): Promise<RecoveryResponse> {
    return this.compared(origin, await this.trees.last(facility, origin));
  }

  /**
   * A log that lacks nothing that was signed stays as it is.
   * @throws ProblemError when these are not the entries that are lost
   */
  async putBack(
    facility: string,
    { origin }: ServedLog,
    lost: Omit<LostEntries, 'signed'>,
  ): Promise<RecoveryResponse> {
    const signed = await this.trees.last(facility, origin);
    const before = await this.reader.head(origin);
    if (before.size >= signed.size) return this.compared(origin, signed);
    // The signed tree vouches for what is in it; behind it stands only what the facility itself signed.
    const behind = lost.entries.slice(Math.max(0, signed.size - lost.from));
    if (!(await this.signatures.hold(facility, behind))) throw unsigned(facility);
    const head = await this.ledger.putBack(origin, { ...lost, signed }).catch((error: unknown) => {
      throw problemOf(error);
    });
    // The checkpoint that was lost with the entries; behind it the next round makes one.
    if (head.size === signed.size) await this.signing.note(head, facility);
    else if (head.size > signed.size) await this.signing.requireSound(head, facility);
    return this.compared(origin, signed);
  }

  private async compared(origin: string, signed: SignedTree): Promise<RecoveryResponse> {
    const { size, root } = await this.reader.head(origin);
    return {
      ...{ origin, size, root, heldBy: signed.heldBy },
      ...{ signedSize: signed.size, signedRoot: signed.root },
    };
  }
}

function problemOf(error: unknown): unknown {
  if (!(error instanceof LedgerError)) return error;
  if (error.code === 'entry-misplaced')
    return new ProblemError({
      ...{ type: 'entry-misplaced', status: 422, title: 'These are not the entries that are lost' },
      detail: error.message,
    });
  if (error.code !== 'out-of-range') return error;
  return new ProblemError({
    ...{ type: 'log-moved', status: 409, title: 'The log has another size' },
    detail: error.message,
  });
}

function unsigned(facility: string): ProblemError {
  return new ProblemError({
    ...{ type: 'entry-misplaced', status: 422, title: 'These are not the entries that are lost' },
    detail: `Behind the signed tree stands an event that no key of ${facility} signed, as far as the root log is known here.`,
  });
}
