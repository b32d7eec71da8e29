import { Network } from '@lodemark/domain';
import { LedgerReader, LogKeeping, type PublishedCheckpoint } from '@lodemark/ledger';
import { CosignatureCollector, type MissingCosignature } from '@lodemark/witness';
import { Inject, Injectable } from '@nestjs/common';
import { WITNESSES } from '../ports.js';
import { RootSigning } from './root-signing.js';

/** Too few witnesses cosigned: what was recorded stands, and nothing new is published. */
export class QuorumNotMet extends Error {
  override readonly name = 'QuorumNotMet';
  readonly code = 'quorum-not-met';

  constructor(
    readonly size: number,
    readonly missing: readonly MissingCosignature[],
  ) {
    const reasons = missing.map(({ witness, reason }) => `${witness}: ${reason}`).join('; ');
    super(
      `The root checkpoint of size ${size} is not published: too few witnesses cosigned it (${reasons}).`,
    );
  }
}

/**
 * Signs, has cosigned and keeps the root log's checkpoints. With witnesses no checkpoint is published whose quorum is
 * not met. Two processes that sign one size sign the same bytes; the cosignatures kept are those of the first.
 */
@Injectable()
export class RootPublisher {
  constructor(
    private readonly network: Network,
    private readonly signing: RootSigning,
    private readonly reader: LedgerReader,
    private readonly keeping: LogKeeping,
    @Inject(WITNESSES) private readonly witnesses: CosignatureCollector | null,
  ) {}

  /** The published checkpoint of the log's whole size, made if it is not there yet. @throws QuorumNotMet, SignerRefusal */
  async publish(): Promise<PublishedCheckpoint> {
    const origin = this.network.rootOrigin;
    const { size } = await this.reader.head(origin);
    const published = await this.reader.publishedCheckpoint(origin);
    if (published !== undefined && published.size >= size) return published;
    return this.keeping.saveCheckpoint(origin, await this.cosigned(await this.signing.sign()));
  }

  private async cosigned({ note, size }: { readonly note: string; readonly size: number }): Promise<string> {
    if (this.witnesses === null) return note;
    const proofFrom = (from: number) => this.reader.consistencyProof(this.network.rootOrigin, from, size);
    const collected = await this.witnesses.collect({ note, size, proofFrom });
    if (!collected.quorumMet) throw new QuorumNotMet(size, collected.missing);
    return collected.note;
  }
}
