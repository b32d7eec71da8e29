import { Network } from '@lodemark/domain';
import { Ledger, LedgerError, LedgerReader } from '@lodemark/ledger';
import type { Checkpoint } from '@lodemark/transparency';
import { Injectable } from '@nestjs/common';
import { RootLogUntrusted } from './root-reader.js';

/** Tells every log which root checkpoint was verified last; what was told already is not told again. */
@Injectable()
export class VerifiedRootNotes {
  private readonly noted = new Map<string, number>();

  constructor(
    private readonly ledger: Ledger,
    private readonly logs: LedgerReader,
    private readonly network: Network,
  ) {}

  /** @throws RootLogUntrusted when a log knows another root of this size */
  async note({ size, root: hash }: Checkpoint): Promise<void> {
    for (const origin of await this.logs.origins()) {
      if (this.network.facilityOf(origin) === undefined || this.noted.get(origin) === size) continue;
      await this.ledger.noteVerifiedRoot(origin, { size, hash }).catch((error: unknown) => {
        if (error instanceof LedgerError && error.code === 'root-contradicts')
          throw new RootLogUntrusted(`${origin} knows another root of size ${size}`);
        throw error;
      });
      this.noted.set(origin, size);
    }
  }
}
