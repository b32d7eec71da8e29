import {
  growthFault,
  signCheckpoint,
  type Checkpoint,
  type GrowthFault,
  type Signer,
} from '@lodemark/transparency';
import type { VouchedTrees } from './vouched-trees.js';

/** The log as it stands does not follow from what was signed of it: a backup was restored, or it was altered. */
export class SignerRefusal extends Error {
  override readonly name = 'SignerRefusal';
  readonly code = 'log-does-not-follow';

  constructor(
    readonly origin: string,
    readonly fault: GrowthFault,
    readonly sizes: { readonly signed: number; readonly asked: number },
  ) {
    super(
      `${origin} was signed at size ${sizes.signed}, and the log of size ${sizes.asked} does not follow from that ` +
        `(${fault}): was an old backup restored? Nothing is signed for it until the missing entries are back.`,
    );
  }
}

/** Proves that the log of the size asked for begins with the log of another. */
export type ProofFrom = (size: number) => Promise<readonly Uint8Array[]>;

/**
 * Signs a log's checkpoints, and is its own first witness: it keeps what it signed last outside the log's database and
 * signs nothing that does not provably follow from it. A log that is restored from an old backup, or altered, would
 * otherwise sign a second history with an honest key.
 */
export class LogSigner {
  constructor(private readonly trees: VouchedTrees) {}

  /** The signed note, on disk here before it is returned. @throws SignerRefusal */
  async sign(checkpoint: Checkpoint, signer: Signer, proofFrom: ProofFrom): Promise<string> {
    const { note } = await this.trees.advance(checkpoint.origin, async (last) => {
      const signed = last?.checkpoint;
      if (last !== undefined && signed?.size === checkpoint.size && signed.root === checkpoint.root)
        return last;
      await this.demand(checkpoint, signed, proofFrom);
      return { checkpoint, note: await signCheckpoint(checkpoint, signer) };
    });
    return note;
  }

  /** What it signed last; undefined before the first. */
  async last(origin: string): Promise<Checkpoint | undefined> {
    return (await this.trees.last(origin))?.checkpoint;
  }

  /** Signs nothing, but says whether the log as it stands follows from what was signed. @throws SignerRefusal */
  async check(checkpoint: Checkpoint, proofFrom: ProofFrom): Promise<void> {
    await this.demand(checkpoint, await this.last(checkpoint.origin), proofFrom);
  }

  private async demand(
    checkpoint: Checkpoint,
    signed: Checkpoint | undefined,
    proofFrom: ProofFrom,
  ): Promise<void> {
    const oldSize = signed?.size ?? 0;
    const isLonger = oldSize <= checkpoint.size;
    const proof = oldSize > 0 && isLonger ? await proofFrom(oldSize) : [];
    const fault = growthFault(signed, { oldSize, proof, checkpoint });
    if (fault !== undefined)
      throw new SignerRefusal(checkpoint.origin, fault, { signed: oldSize, asked: checkpoint.size });
  }
}
