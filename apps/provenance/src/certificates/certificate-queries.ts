import type { Caller } from '@lodemark/platform';
import {
  Command,
  CommandHandler,
  Query,
  QueryHandler,
  type ICommandHandler,
  type IQueryHandler,
} from '@nestjs/cqrs';
import { Access } from '../access/access.js';
import { ReadRefusal } from '../http/read-refusal.js';
import { Judging } from '../verdicts/judging.js';
import { Bundles } from './bundles.js';
import { CertificateStore, type ChangedBit, type IssuedCertificate } from './certificate-store.js';
import { Issuing, type CertificateAsked } from './issuing.js';

export class IssueCertificates extends Command<readonly CertificateWithStatus[]> {
  constructor(
    readonly lots: readonly string[],
    readonly asked: Omit<CertificateAsked, 'lot'>,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(IssueCertificates)
export class IssueCertificatesHandler implements ICommandHandler<IssueCertificates> {
  constructor(
    private readonly issuing: Issuing,
    private readonly store: CertificateStore,
  ) {}

  /** One that was issued before may stand otherwise by now. */
  async execute({ lots, asked, caller }: IssueCertificates): Promise<readonly CertificateWithStatus[]> {
    const issued = await this.issuing.issue(lots, asked, caller);
    const changes = await this.store.changes(issued.map(({ id }) => id));
    return issued.map((certificate) => ({ certificate, changes: changes.get(certificate.id) ?? [] }));
  }
}

export interface CertificateWithStatus {
  readonly certificate: IssuedCertificate;
  readonly changes: readonly ChangedBit[];
}

/** Whoever holds its link may have it. */
export class FindCertificate extends Query<CertificateWithStatus> {
  constructor(readonly id: string) {
    super();
  }
}

@QueryHandler(FindCertificate)
export class FindCertificateHandler implements IQueryHandler<FindCertificate> {
  constructor(private readonly store: CertificateStore) {}

  async execute({ id }: FindCertificate): Promise<CertificateWithStatus> {
    const certificate = await this.store.find(id);
    if (certificate === undefined) throw unknown(id);
    return { certificate, changes: (await this.store.changes([id])).get(id) ?? [] };
  }
}

/** The bundle holds the entries themselves: it is for those who may see all of them. */
export class MakeBundle extends Query<Uint8Array> {
  constructor(
    readonly id: string,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(MakeBundle)
export class MakeBundleHandler implements IQueryHandler<MakeBundle> {
  constructor(
    private readonly store: CertificateStore,
    private readonly judging: Judging,
    private readonly access: Access,
    private readonly bundles: Bundles,
  ) {}

  async execute({ id, caller }: MakeBundle): Promise<Uint8Array> {
    const certificate = await this.store.find(id);
    if (certificate === undefined) throw unknown(id);
    const horizon = await this.judging.horizon({ horizon: certificate.horizon });
    const { dossier } = await this.access.lineage(horizon, { lot: certificate.lot, direction: 'up' }, caller);
    if (dossier.withheld > 0) {
      throw new ReadRefusal({
        code: 'bundle-not-yours',
        detail: `${String(dossier.withheld)} entries of this lineage may not be shown to you, so its bundle may not either.`,
        facts: { withheld: dossier.withheld },
      });
    }
    return this.bundles.of(certificate, horizon);
  }
}

function unknown(id: string): ReadRefusal {
  return new ReadRefusal({
    code: 'certificate-unknown',
    detail: `There is no certificate ${id}.`,
    facts: { certificate: id },
  });
}
