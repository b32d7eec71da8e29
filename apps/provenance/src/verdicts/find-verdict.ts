import type { Caller } from '@lodemark/platform';
import type { Verdict } from '@lodemark/policy';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Access } from '../access/access.js';
import { RootStatements } from '../evidence/root-statements.js';
import { Horizons } from '../horizon/horizons.js';
import { ReadRefusal } from '../http/read-refusal.js';
import { successorOf } from '../policies/published-policies.js';
import { verdictOf, VerdictStore } from './verdict-store.js';

export interface FoundVerdict {
  readonly bytes: Uint8Array;
  readonly verdict: Verdict;
  /** Digest of the version that came after its policy document, as the root log reads now. */
  readonly policySupersededBy: string | undefined;
}

export class FindVerdict extends Query<FoundVerdict> {
  constructor(
    readonly id: string,
    readonly caller: Caller,
  ) {
    super();
  }
}

/** A verdict is shown to whom its lot is shown. */
@QueryHandler(FindVerdict)
export class FindVerdictHandler implements IQueryHandler<FindVerdict> {
  constructor(
    private readonly store: VerdictStore,
    private readonly horizons: Horizons,
    private readonly access: Access,
    private readonly root: RootStatements,
  ) {}

  async execute({ id, caller }: FindVerdict): Promise<FoundVerdict> {
    const bytes = await this.store.find(id);
    if (bytes === undefined) throw unknown(id);
    const verdict = verdictOf(bytes);
    if (!(await this.isShown(verdict, caller))) throw unknown(id);
    const published = await this.root.at(await this.horizons.latest());
    return { bytes, verdict, policySupersededBy: successorOf(published, verdict.policy.document) };
  }

  private async isShown({ lot, horizon }: Verdict, caller: Caller): Promise<boolean> {
    const visibility = this.access.visibility(caller);
    if (visibility.auditsLot(lot) || visibility.seesFacility(lot.slice(0, lot.indexOf('/')))) return true;
    try {
      await this.access.mayAskAbout(await this.horizons.at(horizon.size), lot, caller);
      return true;
    } catch (error) {
      if (error instanceof ReadRefusal) return false;
      throw error;
    }
  }
}

function unknown(id: string): ReadRefusal {
  return new ReadRefusal({
    code: 'verdict-unknown',
    detail: `No verdict ${id} is shown to you.`,
    facts: { id },
  });
}
