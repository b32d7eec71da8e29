import { LedgerError, LedgerReader, RootLog, type LostEntries } from '@lodemark/ledger';
import { sha256Hex } from '@lodemark/transparency';
import { Injectable } from '@nestjs/common';
import { CertifiedDocuments } from '../certificates/certified-documents.js';
import { RootSigning } from '../rounds/root-signing.js';
import { RegistrationRefusal } from '../statements/registration-refusal.js';
import { ReturnedEntries } from './returned-entries.js';
import type { RootRecoveryResponse } from './root-recovery.response.js';

const MOST_LACKING = 1_000;

/** Puts back the entries of the root log that a database restored from an older backup lacks. */
@Injectable()
export class RootRecovery {
  constructor(
    private readonly rootLog: RootLog,
    private readonly reader: LedgerReader,
    private readonly signing: RootSigning,
    private readonly documents: CertifiedDocuments,
    private readonly returned: ReturnedEntries,
  ) {}

  async standing(): Promise<RootRecoveryResponse> {
    const signed = await this.signing.lastSigned();
    const { origin, size, root } = await this.reader.head(signed.origin);
    return {
      ...{ origin, size, root, signedSize: signed.size, signedRoot: signed.root },
      lackingDocuments: [...(await this.documents.lacking(MOST_LACKING))],
    };
  }

  /** A log that lacks nothing that was signed stays as it is. @throws RegistrationRefusal */
  async putBack(
    lost: Omit<LostEntries, 'signed'>,
    documents: readonly Uint8Array[],
  ): Promise<RootRecoveryResponse> {
    const signed = await this.signing.lastSigned();
    const before = await this.reader.head(signed.origin);
    if (before.size >= signed.size) return this.standing();
    const given = new Map(documents.map((bytes) => [sha256Hex(bytes), bytes]));
    const head = await this.rootLog
      .putBack({ ...lost, signed }, (entry) => this.returned.derive(entry, given))
      .catch((error: unknown) => {
        throw refusalOf(error);
      });
    // From here on statements are taken again; the next round publishes.
    if (head.size >= signed.size) await this.signing.check();
    return this.standing();
  }
}

function refusalOf(error: unknown): unknown {
  if (!(error instanceof LedgerError)) return error;
  const { code, message: detail } = error;
  if (code === 'entry-misplaced') return new RegistrationRefusal({ code, detail });
  return code === 'out-of-range' ? new RegistrationRefusal({ code: 'log-moved', detail }) : error;
}
