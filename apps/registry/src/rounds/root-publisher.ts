import { Network } from '@lodemark/domain';
import { LedgerReader, LogKeeping, type PublishedCheckpoint } from '@lodemark/ledger';
import { signCheckpoint } from '@lodemark/transparency';
import { Injectable } from '@nestjs/common';
import { NetworkKeys } from '../network-keys.js';

/** Signs and keeps the root log's checkpoints. Two processes that sign one size sign the same bytes. */
@Injectable()
export class RootPublisher {
  constructor(
    private readonly network: Network,
    private readonly keys: NetworkKeys,
    private readonly reader: LedgerReader,
    private readonly keeping: LogKeeping,
  ) {}

  /** The published checkpoint of the log's whole size, made if it is not there yet. */
  async publish(): Promise<PublishedCheckpoint> {
    const origin = this.network.rootOrigin;
    const { size, root } = await this.reader.head(origin);
    const published = await this.reader.publishedCheckpoint(origin);
    if (published !== undefined && published.size >= size) return published;
    const note = await signCheckpoint({ origin, size, root }, this.keys.log);
    return this.keeping.saveCheckpoint(origin, note);
  }
}
