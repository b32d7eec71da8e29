import type { Caller } from '@lodemark/platform';
import { curesOf, type Cures } from '@lodemark/policy';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Access } from '../access/access.js';
import type { FilledHorizon } from '../horizon/horizon.js';
import { Judging, type VerdictQuestion } from './judging.js';

export interface FoundCures {
  readonly horizon: FilledHorizon;
  /** Of the policy that was judged by. */
  readonly policy: { readonly id: string; readonly document: string };
  readonly cures: Cures;
}

/** What is missing for a pass. Nothing is kept of it: it is no verdict given. */
export class FindCures extends Query<FoundCures> {
  constructor(
    readonly asked: VerdictQuestion,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(FindCures)
export class FindCuresHandler implements IQueryHandler<FindCures> {
  constructor(
    private readonly access: Access,
    private readonly judging: Judging,
  ) {}

  async execute({ asked, caller }: FindCures): Promise<FoundCures> {
    const horizon = await this.judging.horizon(asked);
    await this.access.mayAskAbout(horizon, asked.lot, caller);
    const verdict = await this.judging.judge(horizon, asked);
    return { horizon, policy: verdict.policy, cures: curesOf(verdict) };
  }
}
