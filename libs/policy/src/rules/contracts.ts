import { epochMilliseconds, utcDate } from '@lodemark/domain';
import type { Case } from '../case.js';
import type { Told } from '../effective-events.js';
import { limitUnstated } from '../escalation.js';
import { papersOf } from '../filed.js';
import { distinctFindings, fail, insufficient, orPass, type Found } from '../found.js';
import { isWithin } from '../interval.js';
import { controlOn } from '../ownership.js';
import type { Rule } from '../rule.js';
import { operating, operatorsOf } from './control.js';

const DAY_MS = 86_400_000;

/**
 * C21: no licence, toll, loan, maintenance or other contract of a facility gave a party of a covered country effective
 * control when it had its hands on the material (domain.md 1.6): rights over quantity, timing or use of the output,
 * access to the site, critical equipment. A right held by such a party FAIL; no current review of the contracts on
 * file, a contract that the review names and nobody recorded, or one that leaves the rights unsaid, INSUFFICIENT.
 */
export const c21: Rule = (known) => {
  const days = known.parameters.contractReviewDays;
  if (days === undefined) return limitUnstated('contractReviewDays');
  const acts = operating(known);
  const against = acts.flatMap((act) => [
    ...agreementsAt(known, act).flatMap((agreement) => controlFindings(known, act, agreement)),
    ...reviewFindings(known, act, days),
  ]);
  return orPass(distinctFindings(against), 'no-control-by-contract', {
    facts: { facilities: [...new Set(acts.map(({ event }) => event.facility))].sort() },
  });
};

/** Calendar dates at which the act may have happened. */
function datesOf(known: Case, act: Told): string[] {
  return [...new Set(known.instantsOf(act, []).map(utcDate))].sort();
}

/** Agreements of the facility that held at some time of the act, about its output as a whole or the lots of the lineage. */
export function agreementsAt(known: Case, act: Told): Told<'AgreementRecorded'>[] {
  const dates = datesOf(known, act);
  return papersOf(known)
    .of(act.event.facility, 'AgreementRecorded')
    .filter(
      ({ event }) =>
        (event.lots === undefined || event.lots.some((lot) => known.has(lot))) &&
        dates.some((date) => isWithin(event, date)),
    );
}

function controlFindings(known: Case, act: Told, { event, ref }: Told<'AgreementRecorded'>): Found[] {
  const date = utcDate(act.event.occurredAt);
  const base = { facility: event.facility, agreement: event.agreement, kind: event.kind };
  const entries = [ref, act.ref];
  const rights = (event.control ?? []).flatMap(({ right, heldBy }): Found[] => {
    const { verdict } = controlOn(known, heldBy, date);
    if (verdict === 'clear') return [];
    const said = { facts: { ...base, right, heldBy }, entries };
    if (verdict === 'concern')
      return [
        fail('control-by-contract', said, {
          code: 'use-other-material',
          by: event.facility,
          what: `nothing cures control by ${heldBy} at the time: material that other hands made must be used`,
        }),
      ];
    return [
      insufficient('controller-unproven', said, {
        code: 'declare-ownership',
        by: heldBy,
        what: 'register who holds the right, with its owners',
      }),
    ];
  });
  if (event.control !== undefined || event.rightsRetained === true) return rights;
  // Of whom nobody knows whose they are, nobody knows either what their contract lets them do.
  const operators = operatorsOf(known, act);
  const others = event.parties
    .map(({ organization }) => organization)
    .filter((party) => !operators.includes(party));
  const unsaid = others.filter((party) => controlOn(known, party, date).verdict !== 'clear');
  return [...unsaid, ...(others.length === 0 ? ['a party that is not named'] : [])].map((party) =>
    insufficient(
      'contract-rights-unsaid',
      { facts: { ...base, party }, entries },
      {
        code: 'record-agreement',
        by: event.facility,
        what: `record which rights of control ${event.agreement} gives, or that the facility keeps all of them`,
      },
    ),
  );
}

function reviewFindings(known: Case, act: Told, days: number): Found[] {
  const { facility } = act.event;
  const reviews = papersOf(known)
    .of(facility, 'ContractsReviewed')
    .filter(({ event }) => event.complete && event.document !== undefined);
  const missing = datesOf(known, act).find(
    (date) => !reviews.some(({ event }) => isCurrent(event, date, days)),
  );
  if (missing !== undefined)
    return [
      insufficient(
        'contracts-not-reviewed',
        { facts: { facility, date: missing }, entries: [act.ref] },
        {
          code: 'review-contracts',
          by: facility,
          what: 'record a complete review of licence, toll, loan and maintenance contracts for that time',
        },
      ),
    ];
  const recorded = new Set(
    papersOf(known)
      .of(facility, 'AgreementRecorded')
      .map(({ event }) => event.agreement),
  );
  const unseen = reviews.flatMap(({ event, ref }) =>
    event.agreements.filter((agreement) => !recorded.has(agreement)).map((agreement) => ({ agreement, ref })),
  );
  return unseen.map(({ agreement, ref }) =>
    insufficient(
      'contract-not-on-file',
      { facts: { facility, agreement }, entries: [ref] },
      { code: 'record-agreement', by: facility, what: `record ${agreement} with the rights that it gives` },
    ),
  );
}

function isCurrent(review: Told<'ContractsReviewed'>['event'], date: string, days: number): boolean {
  if (!isWithin(review, date)) return false;
  const at = epochMilliseconds(`${date}T00:00:00Z`);
  return at <= epochMilliseconds(`${review.reviewedOn}T00:00:00Z`) + days * DAY_MS;
}
