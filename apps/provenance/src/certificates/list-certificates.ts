import type { Caller } from '@lodemark/platform';
import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import { Access } from '../access/access.js';
import { POOL } from '../database/pool.js';
import { Closure } from '../evidence/closure.js';
import { changesAfter, type CertificateChange } from './certificate-changes.js';
import type { CertificateWithStatus } from './certificate-queries.js';
import { CertificateStore, type IssuedCertificate } from './certificate-store.js';
import { SeenCertificates } from './seen-certificates.js';

export interface Page {
  /** Place after which it begins. */
  readonly after: number;
  readonly limit: number;
}

export interface CertificatesPage {
  readonly certificates: readonly CertificateWithStatus[];
  /** Where the next page begins; undefined when there is none. */
  readonly next: number | undefined;
}

/** All certificates, or an answer to "which certificates does this bad lot touch?" */
export class ListCertificates extends Query<CertificatesPage> {
  constructor(
    readonly descendsFrom: string | undefined,
    readonly page: Page,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(ListCertificates)
export class ListCertificatesHandler implements IQueryHandler<ListCertificates> {
  constructor(
    private readonly store: CertificateStore,
    private readonly seen: SeenCertificates,
    private readonly access: Access,
    private readonly closure: Closure,
  ) {}

  async execute({ descendsFrom, page, caller }: ListCertificates): Promise<CertificatesPage> {
    const reach = await this.seen.reach();
    const sees = this.seen.by(caller, reach);
    let lots: readonly string[] | undefined;
    if (descendsFrom !== undefined) {
      await this.access.mayAskAbout(reach, descendsFrom, caller);
      const reached = await this.closure.lots(reach, descendsFrom, { direction: 'down' });
      lots = reached.map(({ lot }) => lot);
    }
    const found: IssuedCertificate[] = [];
    // Places count from 1, the numbers of certificates from 0.
    for (let after = page.after - 1; found.length <= page.limit;) {
      const some = await this.store.list({ after, limit: page.limit + 1, lots });
      const last = some.at(-1);
      if (last === undefined) break;
      after = last.number;
      for (const certificate of some) if (await sees(certificate.lot)) found.push(certificate);
    }
    const certificates = found.slice(0, page.limit);
    const changes = await this.store.changes(certificates.map(({ id }) => id));
    return {
      certificates: certificates.map((certificate) => ({
        certificate,
        changes: changes.get(certificate.id) ?? [],
      })),
      next: found.length > certificates.length ? (certificates.at(-1)?.number ?? 0) + 1 : undefined,
    };
  }
}

export interface ChangesPage {
  readonly changes: readonly CertificateChange[];
  /** After which to ask next: the last that was looked at, shown or not. */
  readonly next: number;
  /** Whether there was more to look at. */
  readonly more: boolean;
}

/** What happened to certificates, in order. */
export class ListCertificateChanges extends Query<ChangesPage> {
  constructor(
    readonly page: Page,
    readonly caller: Caller,
  ) {
    super();
  }
}

/** Changes that one answer looks at, however few of them it shows. */
const MOST_LOOKED_AT = 2_000;

@QueryHandler(ListCertificateChanges)
export class ListCertificateChangesHandler implements IQueryHandler<ListCertificateChanges> {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    private readonly seen: SeenCertificates,
  ) {}

  async execute({ page, caller }: ListCertificateChanges): Promise<ChangesPage> {
    const sees = this.seen.by(caller, await this.seen.reach());
    const found = await changesAfter(this.pool, { after: page.after, limit: MOST_LOOKED_AT });
    const changes: CertificateChange[] = [];
    let next = page.after;
    for (const change of found) {
      if (changes.length === page.limit) break;
      if (await sees(change.lot)) changes.push(change);
      next = change.id;
    }
    const last = found.at(-1)?.id ?? page.after;
    return { changes, next, more: next < last || found.length === MOST_LOOKED_AT };
  }
}
