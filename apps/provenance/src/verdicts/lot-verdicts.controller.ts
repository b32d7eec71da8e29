import { CurrentCaller, Problems, Roles, type Caller } from '@lodemark/platform';
import { renderFinding, type Finding } from '@lodemark/policy';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { answeredAt } from '../http/answered-at.js';
import { LotInPath, ReadsAtHorizon } from '../http/documented.js';
import { LotRequest } from '../http/horizon.request.js';
import { FindCures } from './find-cures.js';
import { FindVerdicts } from './find-verdicts.js';
import { questionGiven } from './question-given.js';
import { CuresRequest, VerdictPageRequest } from './verdict-reads.request.js';
import { CuresResponse, GivenVerdictsResponse } from './verdict-reads.response.js';
import type { FindingResponse } from './verdict.response.js';

@ApiTags('lots')
@Controller('v1/lots/:facility/:number')
@Roles('facility-operator', 'auditor', 'registrar', 'administrator')
export class LotVerdictsController {
  constructor(private readonly queries: QueryBus) {}

  @Get('verdicts')
  @LotInPath()
  @ApiOperation({
    summary: 'The verdicts that were given on a lot',
    description:
      'In the order in which they were first given, each with the horizon that it was judged at. Those that were given ' +
      'anew because of what was recorded since say which verdict they took the place of, and which entry made it so.',
  })
  @ApiOkResponse({ type: GivenVerdictsResponse })
  @Problems(401, 403, 404, 409)
  async verdicts(
    @Param() { facility, number }: LotRequest,
    @Query() { after, limit }: VerdictPageRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<GivenVerdictsResponse> {
    const lot = `${facility}/${number}`;
    const { verdicts, next, supersededBy } = await this.queries.execute(
      new FindVerdicts(lot, { after, limit }, caller),
    );
    return {
      lot,
      verdicts: verdicts.map(({ id, verdict, firstAskedAt, timesAsked, givenAnew }) => {
        const { policy, question, horizon, outcome } = verdict;
        const asked = { firstAskedAt: firstAskedAt.toISOString(), timesAsked };
        const successor = supersededBy(policy.document);
        const marks = {
          ...(givenAnew === undefined ? {} : { givenAnew }),
          ...(successor === undefined ? {} : { policySupersededBy: successor }),
        };
        return { ...{ id, policy, horizon, outcome }, question: { ...question }, ...asked, ...marks };
      }),
      ...(next === undefined ? {} : { next }),
    };
  }

  @Get('cures')
  @LotInPath()
  @ReadsAtHorizon(
    {
      summary: 'What is missing for a pass, and who must supply it',
      description: 'Judged as a question would be, and not kept. More may turn out to be missing behind it.',
    },
    { type: CuresResponse },
  )
  async cures(
    @Param() { facility, number }: LotRequest,
    @Query() { policy, horizon, asOf, ...question }: CuresRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<CuresResponse> {
    const lot = `${facility}/${number}`;
    const asked = {
      ...{ lot, question: questionGiven(question), horizon, asOf },
      ...(policy === undefined ? {} : { policy }),
    };
    const found = await this.queries.execute(new FindCures(asked, caller));
    const { outcome, missing, contradicted } = found.cures;
    return {
      ...{ horizon: answeredAt(found.horizon), lot, policy: found.policy, outcome },
      missing: missing.map(({ by, code, what, findings }) => ({
        ...{ by, code, what },
        rules: [...new Set(findings.map(({ rule }) => rule))],
        explanations: findings.map(renderFinding),
      })),
      contradicted: contradicted.map(shown),
    };
  }
}

/** A finding as answers have it. */
export function shown({ facts, entries, ...finding }: Finding): FindingResponse {
  return { ...finding, facts: { ...facts }, entries: entries.map((entry) => ({ ...entry })) };
}
