import type { Caller } from '@lodemark/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Access } from '../access/access.js';
import { Horizons } from '../horizon/horizons.js';
import { VerdictStore, type KeptVerdict } from './verdict-store.js';

export interface VerdictPage {
  readonly verdicts: readonly KeptVerdict[];
  /** Where the next page begins; undefined when there is none. */
  readonly next: number | undefined;
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
  ) {}

  async execute({ lot, page, caller }: FindVerdicts): Promise<VerdictPage> {
    await this.access.mayAskAbout(await this.horizons.latest(), lot, caller);
    const found = await this.store.ofLot(lot, { ...page, limit: page.limit + 1 });
    const verdicts = found.slice(0, page.limit);
    return { verdicts, next: found.length > verdicts.length ? verdicts.at(-1)?.place : undefined };
  }
}
