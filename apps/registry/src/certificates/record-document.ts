import { keyNamed, parseVcJwt, readStatusList, verifyVcJwt, type VcJwt } from '@lodemark/certificate';
import { CLOCK, nodeGzip, type Clock } from '@lodemark/platform';
import type { SignatureChecker, StatusChange } from '@lodemark/transparency';
import { Inject } from '@nestjs/common';
import {
  Command,
  CommandHandler,
  Query,
  QueryHandler,
  type ICommandHandler,
  type IQueryHandler,
} from '@nestjs/cqrs';
import { SIGNATURES } from '../ports.js';
import { keysStanding } from '../register/load-facts.js';
import { Register } from '../register/register.js';
import { DATABASE } from '../ports.js';
import type { Queryable } from '../register/queryable.js';
import { RegistrationRefusal } from '../statements/registration-refusal.js';
import { holdsAt } from '../statements/statement-facts.js';
import { CertifiedDocuments, type DocumentKind, type DocumentOnRecord } from './certified-documents.js';

/** A certificate or a status list comes in; it authenticates itself by the registered key that signed it. */
export class RecordDocument extends Command<DocumentOnRecord> {
  constructor(
    readonly kind: DocumentKind,
    /** vc+jwt. */
    readonly text: string,
  ) {
    super();
  }
}

/** By which a credential says what it is. */
const TYPE_OF: Readonly<Record<DocumentKind, string>> = {
  certificate: 'DigitalConformityCredential',
  status: 'BitstringStatusListCredential',
};

@CommandHandler(RecordDocument)
export class RecordDocumentHandler implements ICommandHandler<RecordDocument> {
  constructor(
    private readonly documents: CertifiedDocuments,
    private readonly register: Register,
    @Inject(DATABASE) private readonly database: Queryable,
    @Inject(SIGNATURES) private readonly signatures: SignatureChecker,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ kind, text }: RecordDocument): Promise<DocumentOnRecord> {
    const jwt = parseVcJwt(text);
    if ('problem' in jwt) throw malformed(`This is no credential: ${jwt.problem}.`);
    const { type } = jwt.credential;
    if (!Array.isArray(type) || !type.includes(TYPE_OF[kind])) {
      throw malformed(`This is no credential of the type ${TYPE_OF[kind]}.`);
    }
    const changes = kind === 'status' ? await changesOf(jwt) : [];
    const { thumbprint } = keyNamed(jwt);
    const known = await this.register.findKey(thumbprint);
    const standing = (await keysStanding(this.database, [thumbprint])).get(thumbprint);
    const at = this.clock.now().toISOString();
    if (
      known?.added.statement.purpose !== 'certificate' ||
      standing === undefined ||
      !holdsAt(standing, at)
    ) {
      throw refused('signer-unknown', `No key ${thumbprint} is registered for certificates and holds now.`);
    }
    if (!(await verifyVcJwt(jwt, known.jwk, this.signatures))) {
      throw refused('signature-invalid', `The signature by ${thumbprint} does not hold.`);
    }
    return this.documents.record({ kind, text, changes });
  }
}

/** What a status list changes, as it says itself. @throws RegistrationRefusal `certificate-malformed` */
async function changesOf({ credential }: VcJwt): Promise<readonly StatusChange[]> {
  const list = await readStatusList(credential, nodeGzip);
  if ('problem' in list) throw malformed(`This is no status list: ${list.problem}.`);
  return list.changes;
}

export class FindDocument extends Query<string | undefined> {
  constructor(
    readonly kind: DocumentKind,
    readonly digest: string,
  ) {
    super();
  }
}

@QueryHandler(FindDocument)
export class FindDocumentHandler implements IQueryHandler<FindDocument> {
  constructor(private readonly documents: CertifiedDocuments) {}

  execute({ kind, digest }: FindDocument): Promise<string | undefined> {
    return this.documents.find(kind, digest);
  }
}

function malformed(detail: string): RegistrationRefusal {
  return refused('certificate-malformed', detail);
}

function refused(
  code: 'certificate-malformed' | 'signer-unknown' | 'signature-invalid',
  detail: string,
): RegistrationRefusal {
  return new RegistrationRefusal({ code, detail, errors: [{ code, pointer: '', detail }] });
}
