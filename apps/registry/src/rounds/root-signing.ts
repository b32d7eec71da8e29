import { Network } from '@lodemark/domain';
import { LedgerReader } from '@lodemark/ledger';
import { unavailable } from '@lodemark/platform';
import { EMPTY_ROOT, signCheckpoint, toHex, type Checkpoint } from '@lodemark/transparency';
import { LogSigner, SignerRefusal } from '@lodemark/witness';
import { Inject, Injectable } from '@nestjs/common';
import { NetworkKeys } from '../network-keys.js';
import { LOG_SIGNER } from '../ports.js';

const RETRY_AFTER_MS = 60_000;

/**
 * Signs the root log's checkpoints. With a signer nothing is signed, and nothing recorded, that does not follow from
 * what was signed before: a database restored from an old backup stops the registry and forks nothing.
 */
@Injectable()
export class RootSigning {
  private refusal: SignerRefusal | undefined;

  constructor(
    private readonly network: Network,
    private readonly keys: NetworkKeys,
    private readonly reader: LedgerReader,
    @Inject(LOG_SIGNER) private readonly signer: LogSigner | null,
  ) {}

  /** The note of the checkpoint of the log as it stands. @throws SignerRefusal */
  async sign(): Promise<{ readonly size: number; readonly note: string }> {
    const { signer } = this;
    const checkpoint = await this.head();
    const { size } = checkpoint;
    if (signer === null) return { size, note: await signCheckpoint(checkpoint, this.keys.log) };
    const note = await this.following(() => signer.sign(checkpoint, this.keys.log, this.proofTo(size)));
    return { size, note };
  }

  /** @throws SignerRefusal when the log as it stands does not follow from what was signed of it */
  async check(): Promise<void> {
    const { signer } = this;
    if (signer === null) return;
    const checkpoint = await this.head();
    await this.following(() => signer.check(checkpoint, this.proofTo(checkpoint.size)));
  }

  /** The last tree of the log that was signed; the empty one without a signer, or before the first. */
  async lastSigned(): Promise<Checkpoint> {
    const origin = this.network.rootOrigin;
    return (await this.signer?.last(origin)) ?? { origin, size: 0, root: toHex(EMPTY_ROOT) };
  }

  /** Nothing is recorded in a log that would only have to be thrown away. @throws ProblemError 503 */
  requireSound(): void {
    if (this.refusal === undefined) return;
    throw unavailable(RETRY_AFTER_MS, `Nothing was recorded: ${this.refusal.message}`, this.refusal);
  }

  private async head(): Promise<Checkpoint> {
    const { origin, size, root } = await this.reader.head(this.network.rootOrigin);
    return { origin, size, root };
  }

  private proofTo(size: number): (from: number) => Promise<readonly Uint8Array[]> {
    return (from) => this.reader.consistencyProof(this.network.rootOrigin, from, size);
  }

  /** Whether another process signed a longer log, which this one has by now, while this one was about to sign. */
  private async wasOvertaken({ fault, sizes }: SignerRefusal): Promise<boolean> {
    return fault === 'old-size-above-size' && (await this.head()).size >= sizes.signed;
  }

  private async following<T>(work: () => Promise<T>): Promise<T> {
    try {
      const done = await work();
      this.refusal = undefined;
      return done;
    } catch (error) {
      if (error instanceof SignerRefusal && !(await this.wasOvertaken(error))) this.refusal = error;
      throw error;
    }
  }
}
