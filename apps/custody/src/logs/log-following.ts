import { Network } from '@lodemark/domain';
import { LedgerReader, type LogHead } from '@lodemark/ledger';
import { signCheckpoint, type Signer } from '@lodemark/transparency';
import { LogSigner, SignerRefusal } from '@lodemark/witness';
import { Inject, Injectable } from '@nestjs/common';
import { LOG_SIGNER } from '../ports.js';
import { LogContradicted, LogStandings } from './log-standings.js';

/**
 * Whether a log follows from what was signed of it. With a signer nothing is signed that does not, whatever became of
 * the database; without one there is nothing to compare with.
 */
@Injectable()
export class LogFollowing {
  /** Facilities whose logs were found to follow since this process began. */
  private readonly checked = new Set<string>();

  constructor(
    private readonly reader: LedgerReader,
    private readonly network: Network,
    private readonly standings: LogStandings,
    @Inject(LOG_SIGNER) private readonly signer: LogSigner | null,
  ) {}

  /** The signed note of the log's checkpoint. @throws LogContradicted when the log does not follow */
  async sign(facility: string, { origin, size, root }: LogHead, key: Signer): Promise<string> {
    const { signer } = this;
    const checkpoint = { origin, size, root };
    if (signer === null) return signCheckpoint(checkpoint, key);
    return this.following(facility, () =>
      signer.sign(checkpoint, key, (from) => this.reader.consistencyProof(origin, from, size)),
    );
  }

  /**
   * Why the facility's log must not go on; undefined when nothing is known against it. Looks at the log before the
   * first event that this process records: a receipt for an index that was given away before could not be kept.
   */
  async reasonAgainst(facility: string): Promise<LogContradicted | undefined> {
    if (this.signer !== null && !this.checked.has(facility)) await this.check(facility);
    return this.standings.reason(facility);
  }

  /** The last tree that the signer signed; undefined without one, or before the first. */
  async signedTree(origin: string): Promise<Pick<LogHead, 'size' | 'root'> | undefined> {
    return (await this.signer?.last(origin)) ?? undefined;
  }

  /** @throws LogContradicted when the log, as far as this head, does not follow from what was signed of it */
  async require(facility: string, { origin, size, root }: LogHead): Promise<void> {
    const { signer } = this;
    if (signer === null) return;
    await this.following(facility, () =>
      signer.check({ origin, size, root }, (from) => this.reader.consistencyProof(origin, from, size)),
    );
  }

  private async check(facility: string): Promise<void> {
    try {
      await this.require(facility, await this.reader.head(this.network.logOrigin(facility)));
      this.checked.add(facility);
    } catch (error) {
      // The standing says it to whoever asks; that it stands there is what this was for.
      if (!(error instanceof LogContradicted)) throw error;
    }
  }

  private async following<T>(facility: string, work: () => Promise<T>): Promise<T> {
    try {
      const done = await work();
      this.standings.clear(facility, 'signer');
      return done;
    } catch (error) {
      if (!(error instanceof SignerRefusal) || (await this.wasOvertaken(error))) throw error;
      this.checked.delete(facility);
      const sizes = { held: error.sizes.signed, own: error.sizes.asked };
      throw this.standings.contradict(new LogContradicted(facility, 'signer', sizes));
    }
  }

  /** Whether another process signed a longer log, which this one has by now, while this one was about to sign. */
  private async wasOvertaken({ origin, sizes, fault }: SignerRefusal): Promise<boolean> {
    return fault === 'old-size-above-size' && (await this.reader.head(origin)).size >= sizes.signed;
  }
}
