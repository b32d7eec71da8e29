import { Network } from '@lodemark/domain';
import type { ReturnedEntry } from '@lodemark/ledger';
import {
  canonicalize,
  fromUtf8,
  verifyJws,
  type CheckpointsEntry,
  type LogFaultEntry,
  type SignatureChecker,
  type StatementEntry,
} from '@lodemark/transparency';
import { Inject, Injectable } from '@nestjs/common';
import { judgeDocument } from '../certificates/judge-document.js';
import { LogKeys } from '../checkpoints/log-keys.js';
import { readFacilityCheckpoint, verifiedNote } from '../checkpoints/open-facility-checkpoint.js';
import { readEvidence } from '../log-faults/evidence.js';
import { NetworkKeys } from '../network-keys.js';
import { SIGNATURES } from '../ports.js';
import { loadFacts } from '../register/load-facts.js';
import { Register } from '../register/register.js';
import { judgeKeyMaterial } from '../statements/key-material.js';
import { judgeStatement } from '../statements/judge-statement.js';
import { RegistrationRefusal } from '../statements/registration-refusal.js';
import { deriveAgain, statementIn, type Derived, type GivenDocuments } from './derive-again.js';

/** Entries of the root log that come back. */
@Injectable()
export class ReturnedEntries {
  constructor(
    private readonly network: Network,
    private readonly keys: NetworkKeys,
    @Inject(SIGNATURES) private readonly signatures: SignatureChecker,
  ) {}

  /** Writes what follows from an entry; undefined when one behind the signed tree does not hold. @throws RegistrationRefusal */
  async derive(returned: ReturnedEntry, given: GivenDocuments): Promise<Derived | undefined> {
    if (!returned.isSigned && !(await this.holds(returned, given))) return undefined;
    return deriveAgain(returned, this.network, given);
  }

  /**
   * Behind the tree that was signed last no signature over the log vouches for an entry: it has to show, as it did when it
   * was new, that whoever it speaks for signed what stands in it.
   */
  private async holds(returned: ReturnedEntry, given: GivenDocuments): Promise<boolean> {
    const { entry } = returned;
    try {
      switch (entry.kind) {
        case 'genesis':
          return false;
        case 'statement':
          return await this.statementHolds({ ...returned, entry });
        case 'checkpoints':
          return await this.checkpointsHold({ ...returned, entry });
        case 'certificate':
        case 'status':
          return await this.documentHolds(returned, given);
        case 'logFault':
          return await this.faultHolds({ ...returned, entry });
      }
    } catch (error) {
      if (error instanceof RegistrationRefusal) return false;
      throw error;
    }
  }

  private async statementHolds(
    returned: ReturnedEntry & { readonly entry: StatementEntry },
  ): Promise<boolean> {
    const { client, entry } = returned;
    const { jws, statement } = statementIn(returned);
    const { kid } = jws.header;
    const register = new Register(client);
    const registrar = this.keys.registrars.get(kid);
    const key = registrar ?? (await register.findKey(kid))?.jwk;
    if (key === undefined || !(await verifyJws(jws, key, this.signatures))) return false;
    if ((await register.findStatement(statement.statementId)) !== undefined) return false;
    const isKey = statement.type === 'KeyAdded' || statement.type === 'KeyRotated';
    if (isKey && (await judgeKeyMaterial(statement, this.signatures)).length > 0) return false;
    const signer =
      registrar === undefined ? ({ kind: 'party', kid } as const) : ({ kind: 'registrar' } as const);
    const facts = await loadFacts(client, statement, signer);
    const reservedKeys = this.keys.reserved;
    return judgeStatement(statement, { facts, signer, at: entry.recordedAt, reservedKeys }).length === 0;
  }

  private async checkpointsHold({
    client,
    entry,
  }: ReturnedEntry & { readonly entry: CheckpointsEntry }): Promise<boolean> {
    const logKeys = new LogKeys(client);
    for (const text of entry.checkpoints) {
      const claimed = readFacilityCheckpoint(text, this.network);
      const keys = (await logKeys.ever(claimed.facility)) ?? [];
      if ((await verifiedNote(claimed, keys, this.signatures)) !== text) return false;
    }
    return true;
  }

  private async documentHolds({ client, entry }: ReturnedEntry, given: GivenDocuments): Promise<boolean> {
    if (entry.kind !== 'certificate' && entry.kind !== 'status') return false;
    const text = fromUtf8(given.get(entry.digest) ?? new Uint8Array());
    if (text === undefined || text === '') return false;
    const by = { database: client, signatures: this.signatures, at: entry.recordedAt };
    const changes = await judgeDocument(entry.kind, text, by);
    const said = entry.kind === 'status' ? (entry.changes ?? []) : [];
    return canonicalize(changes) === canonicalize(said);
  }

  private async faultHolds({
    client,
    entry,
  }: ReturnedEntry & { readonly entry: LogFaultEntry }): Promise<boolean> {
    const { origin } = entry;
    const keys = (await new LogKeys(client).ever(this.network.facilityOf(origin) ?? '')) ?? [];
    const pieces = await Promise.all(
      entry.evidence.map((text) => readEvidence(text, { origin, keys }, this.signatures)),
    );
    return pieces.length > 0 && pieces.every((piece) => piece !== undefined);
  }
}
