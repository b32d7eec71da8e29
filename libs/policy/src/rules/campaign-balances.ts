import {
  horwitzVariance,
  Rational,
  relativeVariance,
  toKilograms,
  type Quantity,
  type Step,
} from '@lodemark/domain';
import { balances } from '../balances.js';
import { campaignLog, ownCampaigns, type Campaign } from '../campaigns.js';
import type { Case } from '../case.js';
import type { EntryRef } from '../evidence.js';
import { insufficient, type Found } from '../found.js';
import { percent } from '../shares.js';

type Stated = NonNullable<Campaign['balances']>[number];

interface Reported {
  readonly facility: string;
  readonly step: Step;
  readonly campaign: Campaign;
  readonly stated: Stated;
  readonly entries: readonly EntryRef[];
}

/**
 * What a facility itself reports of the balance of its campaigns (domain.md 3.7, residual of a campaign): of none came
 * more than went in, and into one that we know no more was fed than is on record, unless its origins are stated.
 */
export function campaignFindings(known: Case): Found[] {
  return reportedBy(known).flatMap((reported) => {
    const { stated } = reported;
    if ([stated.in, stated.out].some((quantity) => isStretched(known, quantity)))
      return [stretchedFinding(reported)];
    return [...excessFindings(known, reported), ...fedFindings(known, reported)];
  });
}

/** Campaigns of the steps that the lineage went through, with the elements that are followed. */
function reportedBy(known: Case): Reported[] {
  const steps = new Map(
    known.processes.map(({ facility, step }) => [`${facility} ${step}`, { facility, step }]),
  );
  return [...steps.values()].flatMap(({ facility, step }) => {
    const log = campaignLog(known, { facility, step });
    const entries = log.reports.map(({ ref }) => ref);
    return log.campaigns.flatMap((campaign) =>
      (campaign.balances ?? [])
        .filter(({ element }) => known.tracked.includes(element))
        .map((stated) => ({ facility, step, campaign, stated, entries })),
    );
  });
}

function saidOf({ facility, step, campaign, stated: { element }, entries }: Reported) {
  return { facts: { facility, step, campaign: campaign.campaign, element }, entries };
}

function excessFindings(known: Case, reported: Reported): Found[] {
  const { in: fed, out } = reported.stated;
  const [inKg, outKg] = [toKilograms(fed), toKilograms(out)];
  const variance = varianceOf(known, fed).add(varianceOf(known, out));
  if (!outKg.sub(inKg).exceeds(Rational.parse(known.parameters.coverageFactor), variance)) return [];
  const said = saidOf(reported);
  return [
    insufficient(
      'campaign-more-out-than-in',
      { ...said, facts: { ...said.facts, inKg: inKg.toDecimal(3), outKg: outKg.toDecimal(3) } },
      {
        code: 'explain-excess',
        by: reported.facility,
        what: `report the input that the excess of ${reported.stated.element} in campaign ${reported.campaign.campaign} came from, or correct the report`,
      },
    ),
  ];
}

function fedFindings(known: Case, reported: Reported): Found[] {
  const { facility, step, campaign, stated } = reported;
  if (!ownCampaigns(known).has(`${facility} ${campaign.campaign}`) || campaign.origins !== undefined)
    return [];
  const ours = balances(known).filter(
    ({ process, element }) =>
      element === stated.element &&
      process.facility === facility &&
      process.step === step &&
      process.told.event.type === 'Transformed' &&
      process.told.event.campaign === campaign.campaign,
  );
  if (ours.length === 0) return [];
  const fedKg = toKilograms(stated.in);
  const oursKg = Rational.sum(ours.map(({ balance }) => balance.inKg));
  const oursVariance = Rational.sum(ours.map(({ balance }) => balance.variance));
  // What was fed is known no worse than the lots that it was fed with, whatever is stated, or not, of how it was measured.
  const variance = oursVariance.add(Rational.min(varianceOf(known, stated.in), oursVariance));
  if (!fedKg.sub(oursKg).exceeds(Rational.parse(known.parameters.coverageFactor), variance)) return [];
  const said = saidOf(reported);
  return [
    insufficient(
      'campaign-fed-more',
      { ...said, facts: { ...said.facts, fedKg: fedKg.toDecimal(3), oursKg: oursKg.toDecimal(3) } },
      {
        code: 'report-campaigns',
        by: facility,
        what: `say in which countries all that campaign ${campaign.campaign} was fed was mined and processed`,
      },
    ),
  ];
}

function stretchedFinding(reported: Reported): Found {
  return insufficient('campaign-uncertainty-stretched', saidOf(reported), {
    code: 'correct',
    by: reported.facility,
    what: `measure campaign ${reported.campaign.campaign} so that the result says something, and correct the report`,
  });
}

/** Which share of the material it was nobody says: of what is followed it is a trace at least. */
function priorOf({ parameters: { traceShare, horwitz, scalePercent } }: Case): Rational {
  return horwitzVariance(Rational.parse(traceShare), horwitz).add(percent(scalePercent).square());
}

// Twice as badly as by Horwitz: where a method stops being acceptable.
const LIMIT = Rational.parse('4');

function isStretched(known: Case, quantity: Quantity): boolean {
  return relativeVariance(quantity)?.greaterThan(priorOf(known).mul(LIMIT)) ?? false;
}

function varianceOf(known: Case, quantity: Quantity): Rational {
  return (relativeVariance(quantity) ?? priorOf(known)).mul(toKilograms(quantity).square());
}
