import type { Caller } from '@lodemark/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Access } from '../access/access.js';
import { RootStatements } from '../evidence/root-statements.js';
import { Horizons } from '../horizon/horizons.js';
import { successorOf } from '../policies/published-policies.js';
import { VerdictStore, type KeptVerdict } from './verdict-store.js';

export interface VerdictPage {
  readonly verdicts: readonly KeptVerdict[];
  /** Where the next page begins; undefined when there is none. */
  readonly next: number | undefined;
  /** Digest of the version that came after a policy document, as the root log reads now. */
  readonly supersededBy: (document: string) => string | undefined;
}

/** Every verdict that was given on a lot, the first one first. */
export class FindVerdicts extends Query<VerdictPage> {
  constructor(
    readonly lot: string,
    readonly page: { readonly after: number; readonly limit: number },
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(FindVerdicts)
export class FindVerdictsHandler implements IQueryHandler<FindVerdicts> {
  constructor(
    private readonly store: VerdictStore,
    private readonly horizons: Horizons,
    private readonly access: Access,
    private readonly root: RootStatements,
  ) {}

  async execute({ lot, page, caller }: FindVerdicts): Promise<VerdictPage> {
    const horizon = await this.horizons.latest();
    await this.access.mayAskAbout(horizon, lot, caller);
    const found = await this.store.ofLot(lot, { ...page, limit: page.limit + 1 });
    const verdicts = found.slice(0, page.limit);
    const published = await this.root.at(horizon);
    return {
      verdicts,
      next: found.length > verdicts.length ? verdicts.at(-1)?.place : undefined,
      supersededBy: (document) => successorOf(published, document),
    };
  }
}
