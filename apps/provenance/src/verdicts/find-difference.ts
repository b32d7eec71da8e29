import type { Caller } from '@lodemark/platform';
import { changeBetween, type Change, type Verdict } from '@lodemark/policy';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ReadRefusal } from '../http/read-refusal.js';
import { FindVerdict } from './find-verdict.js';
import { Judging } from './judging.js';

export interface VerdictDifference {
  readonly a: Verdict;
  readonly b: Verdict;
  /** What the entries between the two horizons changed, under the first one's policy and question. */
  readonly data: Change;
  /** What the second one's policy document changed, on the same evidence. */
  readonly policy: Change;
  /** What was asked otherwise. */
  readonly question: Change;
}

/** Why two verdicts on one lot differ. */
export class FindDifference extends Query<VerdictDifference> {
  constructor(
    readonly a: string,
    readonly b: string,
    readonly caller: Caller,
  ) {
    super();
  }
}

/** Goes from one to the other in three steps, each with one cause, judging what lies between. */
@QueryHandler(FindDifference)
export class FindDifferenceHandler implements IQueryHandler<FindDifference> {
  constructor(
    private readonly queries: QueryBus,
    private readonly judging: Judging,
  ) {}

  async execute({ a: idOfA, b: idOfB, caller }: FindDifference): Promise<VerdictDifference> {
    const [{ verdict: a }, { verdict: b }] = await Promise.all([
      this.queries.execute(new FindVerdict(idOfA, caller)),
      this.queries.execute(new FindVerdict(idOfB, caller)),
    ]);
    if (a.lot !== b.lot) {
      throw new ReadRefusal({
        code: 'verdicts-of-different-lots',
        detail: `The first verdict is on ${a.lot}, the second on ${b.lot}.`,
        facts: { lots: [a.lot, b.lot] },
      });
    }
    const horizon = await this.judging.horizon({ horizon: b.horizon.size });
    const [laterData, laterPolicy] = await Promise.all([
      this.judging.judgeUnder(horizon, { ...a, document: a.policy.document }),
      this.judging.judgeUnder(horizon, { ...a, document: b.policy.document }),
    ]);
    return {
      ...{ a, b },
      data: changeBetween(a, laterData),
      policy: changeBetween(laterData, laterPolicy),
      question: changeBetween(laterPolicy, b),
    };
  }
}
