import {
  epochMilliseconds,
  Rational,
  relativeVariance,
  toKilograms,
  yieldRange,
  type Element,
  type Quantity,
  type Step,
} from '@lodemark/domain';
import { balances } from '../balances.js';
import { campaignLog, ownCampaigns } from '../campaigns.js';
import { cumulated } from '../cumulated.js';
import type { Case } from '../case.js';
import type { EntryRef } from '../evidence.js';
import { escalated, limitUnstated, orPassIfNone } from '../escalation.js';
import { insufficient, type Found } from '../found.js';
import type { PolicyParameters } from '../policy-document.js';
import { push } from '../root-facts.js';
import type { Rule } from '../rule.js';
import { percent } from '../shares.js';

type Limits = NonNullable<PolicyParameters['trend']>;

/** One batch's balance of one element. */
interface Batch {
  readonly at: string;
  readonly inKg: Rational;
  readonly residualKg: Rational;
  readonly variance: Rational;
  readonly entries: readonly EntryRef[];
}

interface Series {
  readonly facility: string;
  readonly step: Step;
  readonly element: Element;
  readonly batches: readonly Batch[];
}

/**
 * C34: what single balances forgive does not add up (domain.md 3.7 trend, S12): a two-sided tabular cumulative sum over
 * the batches of a step at a facility, those of its campaign log among them. A gain counts from nothing, a loss from
 * what the step typically loses. Beyond the policy's limit INSUFFICIENT; with too short a history: escalated.
 */
export const c34: Rule = (known) => {
  const limits = known.parameters.trend;
  if (limits === undefined) return limitUnstated('trend');
  const long = seriesOf(known).filter(({ batches }) => batches.length >= limits.fromBatches);
  const found = long.flatMap((series) => trendFindings(known, limits, series));
  if (long.length > 0) return orPassIfNone(found, 'no-trend', { facts: { series: long.length } });
  return [
    escalated({ known, check: 'C34' }, 'history-too-short', {
      facts: { fromBatches: limits.fromBatches },
      cure: {
        code: 'report-campaigns',
        by: known.subject.slice(0, known.subject.indexOf('/')),
        what: `have the facilities report the element balances of earlier campaigns, at least ${String(limits.fromBatches)} of a step`,
      },
    }),
  ];
};

function seriesOf(known: Case): Series[] {
  const series = new Map<string, Batch[]>();
  const about = new Map<string, Omit<Series, 'batches'>>();
  for (const { process, element, balance } of balances(known)) {
    if (balance.verdict === 'unmeasured' || process.told.event.type !== 'Transformed') continue;
    const { facility, step } = process;
    const key = `${facility} ${step} ${element}`;
    about.set(key, { facility, step, element });
    push(series, key, { ...balance, at: process.told.event.occurredAt, entries: [process.told.ref] });
  }
  return [...about].map(([key, of]) => ({
    ...of,
    batches: [...(series.get(key) ?? []), ...reported(known, of)].sort(
      (a, b) => epochMilliseconds(a.at) - epochMilliseconds(b.at),
    ),
  }));
}

/** Balances of campaigns beside the lineage; one without a stated uncertainty says nothing about a trend. */
function reported(known: Case, { facility, step, element }: Omit<Series, 'batches'>): Batch[] {
  const ours = ownCampaigns(known);
  const log = campaignLog(known, { facility, step });
  return log.campaigns
    .filter(({ campaign }) => !ours.has(`${facility} ${campaign}`))
    .flatMap(({ endedAt, balances: stated }) =>
      (stated ?? [])
        .filter((balance) => balance.element === element)
        .flatMap(({ in: fed, out }): Batch[] => {
          const variances = [fed, out].flatMap((quantity) => varianceOf(quantity) ?? []);
          if (variances.length < 2) return [];
          const inKg = toKilograms(fed);
          const residualKg = inKg.sub(toKilograms(out));
          return [
            {
              at: endedAt,
              inKg,
              residualKg,
              variance: Rational.sum(variances),
              entries: log.reports.map(({ ref }) => ref),
            },
          ];
        }),
    );
}

function varianceOf(quantity: Quantity): Rational | undefined {
  return relativeVariance(quantity)?.mul(toKilograms(quantity).square());
}

function trendFindings(known: Case, limits: Limits, series: Series): Found[] {
  const { facility, step, element, batches } = series;
  const typical = yieldRange(
    step,
    element,
    known.parameters.yields as Parameters<typeof yieldRange>[2],
  )?.typical;
  const usualLoss = Rational.one.sub(Rational.parse(typical ?? '1'));
  const allowance = percent(limits.allowancePercent);
  const sides = [
    { direction: 'gain', of: ({ residualKg }: Batch) => residualKg.negate() },
    { direction: 'loss', of: ({ residualKg, inKg }: Batch) => residualKg.sub(inKg.mul(usualLoss)) },
  ];
  return sides.flatMap(({ direction, of }) => {
    const sum = cumulated(
      batches.map((batch) => ({ ...batch, kg: of(batch).sub(batch.inKg.mul(allowance)) })),
      Rational.parse(limits.limit),
    );
    if (sum === undefined) return [];
    return [
      insufficient(
        'residuals-drift',
        {
          facts: { facility, step, element, direction, kg: sum.kg.toDecimal(3), batches: sum.members.length },
          entries: sum.members.flatMap(({ entries }) => entries),
        },
        {
          code: 'explain-trend',
          by: facility,
          what: `explain why ${step} shows a ${direction} of ${element} in batch after batch: a scale, an assay, or material that is not on record`,
        },
      ),
    ];
  });
}
