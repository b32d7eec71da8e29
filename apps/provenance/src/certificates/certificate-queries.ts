import type { Caller } from '@lodemark/platform';
import { Command, CommandHandler, Query, QueryHandler, type ICommandHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Access } from '../access/access.js';
import { Closure } from '../evidence/closure.js';
import { ReadRefusal } from '../http/read-refusal.js';
import { Judging } from '../verdicts/judging.js';
import { Bundles } from './bundles.js';
import { CertificateStore, type IssuedCertificate, type StatusChange } from './certificate-store.js';
import { Issuing, type CertificateAsked } from './issuing.js';

export class IssueCertificates extends Command<readonly IssuedCertificate[]> {
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
  constructor(private readonly issuing: Issuing) {}

  execute({ lots, asked, caller }: IssueCertificates): Promise<readonly IssuedCertificate[]> {
    return this.issuing.issue(lots, asked, caller);
  }
}

export interface CertificateWithStatus {
  readonly certificate: IssuedCertificate;
  readonly changes: readonly StatusChange[];
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
    return { certificate, changes: await this.store.changes(id) };
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
    const horizon = await this.judging.horizon(certificate.horizon);
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

/** "Which certificates does this bad lot touch?" */
export class ListCertificates extends Query<readonly CertificateWithStatus[]> {
  constructor(
    readonly descendsFrom: string | undefined,
    readonly caller: Caller,
  ) {
    super();
  }
}

const MOST_LISTED = 1_000;

@QueryHandler(ListCertificates)
export class ListCertificatesHandler implements IQueryHandler<ListCertificates> {
  constructor(
    private readonly store: CertificateStore,
    private readonly judging: Judging,
    private readonly access: Access,
    private readonly closure: Closure,
  ) {}

  async execute({ descendsFrom, caller }: ListCertificates): Promise<readonly CertificateWithStatus[]> {
    const horizon = await this.judging.horizon(undefined);
    const found =
      descendsFrom === undefined
        ? await this.store.list(-1, MOST_LISTED)
        : await this.store.onLots(
            (await this.closure.lots(horizon, descendsFrom, { direction: 'down' })).map(({ lot }) => lot),
          );
    const shown: CertificateWithStatus[] = [];
    for (const certificate of found) {
      if (!(await this.mayList(horizon, certificate.lot, caller))) continue;
      shown.push({ certificate, changes: await this.store.changes(certificate.id) });
    }
    return shown;
  }

  private async mayList(
    horizon: Awaited<ReturnType<Judging['horizon']>>,
    lot: string,
    caller: Caller,
  ): Promise<boolean> {
    try {
      await this.access.mayAskAbout(horizon, lot, caller);
      return true;
    } catch (error) {
      if (error instanceof ReadRefusal) return false;
      throw error;
    }
  }
}

function unknown(id: string): ReadRefusal {
  return new ReadRefusal({
    code: 'certificate-unknown',
    detail: `There is no certificate ${id}.`,
    facts: { certificate: id },
  });
}
