import { epochMilliseconds, isRareEarth, Rational, STEPS, utcDate } from '@lodemark/domain';
import type { Case, Custody } from '../case.js';
import { toldOf, type Told } from '../effective-events.js';
import { alliedEquity, controlOn } from '../ownership.js';
import { fail, insufficient, notApplicable, orPass, type Found } from '../found.js';
import type { Rule } from '../rule.js';
import { distinctFindings } from './law.js';

interface Acting {
  readonly organization: string;
  readonly as: 'operator' | 'title-holder' | 'toll-customer';
  readonly told: Told;
}

/** Who acted at each step of the lineage: operators of facilities, title holders, customers of toll processing. */
function acting(known: Case): Acting[] {
  const operators = [
    ...known.processes.map(({ told }): Told => told),
    ...known.roots,
    ...known.links.map(({ receipt }) => receipt),
  ].flatMap((told): Acting[] => {
    const organization = operatorOf(known, told);
    return organization === undefined ? [] : [{ organization, as: 'operator', told }];
  });
  const titles = known.lots.flatMap((lot) =>
    toldOf(known.lineage.namingLot(lot), 'TitleTransferred').map((told): Acting => ({
      organization: told.event.to,
      as: 'title-holder',
      told,
    })),
  );
  const tolls = known.processes.flatMap(({ told }): Acting[] =>
    told.event.type === 'Transformed' && told.event.tolledFor !== undefined
      ? [{ organization: told.event.tolledFor, as: 'toll-customer', told }]
      : [],
  );
  return [...operators, ...titles, ...tolls];
}

function operatorOf(known: Case, told: Told): string | undefined {
  const { facility } = told.event;
  return known.steady(
    told,
    (instant) => known.facts.facility(facility, instant)?.organization,
    known.facts.facilityChanges(facility),
  );
}

/**
 * C20: every operator, title holder and toll customer passes the 25 % test at the time of each event, with indirect
 * attribution (R-FEOC). A prong met FAIL; no, old or incomplete ownership on file INSUFFICIENT; an answer that changes
 * between the event and its coverage INSUFFICIENT.
 */
export const c20: Rule = (known) => {
  const parties = acting(known);
  const against = parties.flatMap((party) => partyFindings(known, party));
  return orPass(distinctFindings(against), 'no-entity-of-concern', {
    facts: { organizations: [...new Set(parties.map(({ organization }) => organization))].sort() },
  });
};

function partyFindings(known: Case, { organization, as, told }: Acting): Found[] {
  const changes = known.facts.ownershipChanges(organization).map((date) => `${date}T00:00:00Z`);
  const said = {
    facts: {
      organization,
      as,
      type: told.event.type,
      facility: told.event.facility,
      occurredAt: told.event.occurredAt,
    },
    entries: [told.ref],
  };
  const answer = known.steady(told, (instant) => controlOn(known, organization, utcDate(instant)), changes);
  if (answer === undefined) {
    return [
      insufficient('ownership-changed-meanwhile', said, {
        code: 'record-in-time',
        by: told.event.facility,
        what: 'show when it happened: ownership changed before a checkpoint covered the event',
      }),
    ];
  }
  return controlFinding(answer, organization, said);
}

function controlFinding(
  answer: ReturnType<typeof controlOn>,
  organization: string,
  said: { facts: Record<string, string>; entries: Told['ref'][] },
): Found[] {
  if (answer.verdict === 'clear') return [];
  const detailed = { ...said, facts: { ...said.facts, detail: answer.detail } };
  if (answer.verdict === 'concern')
    return [
      fail(answer.code, detailed, {
        code: 'use-other-material',
        by: organization,
        what: 'nothing cures control by a covered country at the time: material that other hands made must be used',
      }),
    ];
  return [
    insufficient(answer.code, detailed, {
      code: 'declare-ownership',
      by: organization,
      what: 'declare all holders of equity, votes and seats for the time of the event',
    }),
  ];
}

/**
 * C23: a change of ownership while a facility had custody of a lot is judged again, for the whole interval of custody
 * and not for its events alone. FAIL when the new holders fail; INSUFFICIENT when they are unproven.
 */
export const c23: Rule = (known) => {
  const against = known.custodies.flatMap((custody) => custodyFindings(known, custody));
  return orPass(distinctFindings(against), 'ownership-held-during-custody', {
    facts: { custodies: known.custodies.length },
  });
};

function custodyFindings(known: Case, { lot, facility, from, to }: Custody): Found[] {
  const start = utcDate(from.event.occurredAt);
  const end = utcDate(to?.event.occurredAt ?? known.evidence.horizon.at);
  const organization = known.facts.facility(facility, from.event.occurredAt)?.organization;
  if (organization === undefined) return [];
  const changed = ownershipChain(known, organization, new Set())
    .flatMap((held) => known.facts.ownershipChanges(held))
    .filter((date) => date > start && date <= end);
  return [...new Set(changed)].sort().flatMap((date) =>
    controlFinding(controlOn(known, organization, date), organization, {
      facts: { organization, facility, lot, changedOn: date },
      entries: [from.ref, ...(to === undefined ? [] : [to.ref])],
    }),
  );
}

/** The organization and everybody registered who ever held it, directly or not. */
function ownershipChain(known: Case, organization: string, seen: Set<string>): string[] {
  if (seen.has(organization)) return [];
  seen.add(organization);
  const holders = known.facts
    .ownershipChanges(organization)
    .flatMap((date) => known.facts.ownership(organization, date)?.statement.holders ?? []);
  return [
    organization,
    ...holders.flatMap(({ holder }) =>
      'organization' in holder ? ownershipChain(known, holder.organization, seen) : [],
    ),
  ];
}

const SEPARATE_RANK = STEPS.indexOf('SEPARATE');
const HALF = Rational.parse('50');

/**
 * C53 (from WC-2): an allied entity held title to, or an offtake of, what was mined from its first shipment on, and
 * operators from separation on are owned in allied countries by majority. Shown otherwise FAIL; unproven INSUFFICIENT.
 */
export const c53: Rule = (known) => {
  const bound = [...known.traces.values()].filter(
    ({ element }) => isRareEarth(element) || (element === 'Co' && known.family === 'SmCo'),
  );
  const mines = [...new Set(bound.flatMap(({ roots }) => roots))].filter(
    ({ event }) => event.origin.kind === 'mined',
  );
  const operators = [...new Set(bound.flatMap(({ processes }) => processes))].filter(
    ({ step }) => STEPS.indexOf(step) >= SEPARATE_RANK && step !== 'SPLIT' && step !== 'BLEND',
  );
  if (bound.length === 0) return [notApplicable('no-element-bound')];
  const against = [
    ...mines.flatMap((mine) => titleFindings(known, mine)),
    ...operators.flatMap(({ told }) => majorityFindings(known, told)),
  ];
  return orPass(distinctFindings(against), 'allied-title-and-majority', {
    facts: { mines: mines.length, operators: operators.length },
  });
};

function isAllied(known: Case, organization: string, date: string): boolean {
  const record = known.facts.organization(organization);
  return record !== undefined && known.allied(record.incorporatedIn, date);
}

function titleFindings(known: Case, mine: Told<'LotCreated'>): Found[] {
  const { facility } = mine.event;
  const operator = operatorOf(known, mine);
  if (operator !== undefined && isAllied(known, operator, utcDate(mine.event.occurredAt))) return [];
  const shipments = known.links.flatMap(({ handOver, lot }) =>
    handOver?.dispatch.event.facility === facility ? [{ lot, dispatch: handOver.dispatch }] : [],
  );
  return shipments.flatMap(({ lot, dispatch }) => shipmentFindings(known, lot, dispatch));
}

function shipmentFindings(known: Case, lot: string, dispatch: Told<'Dispatched'>): Found[] {
  const shipped = dispatch.event.occurredAt;
  const date = utcDate(shipped);
  const titles = toldOf(known.lineage.namingLot(lot), 'TitleTransferred').filter(
    ({ event }) => epochMilliseconds(event.effectiveAt ?? event.occurredAt) <= epochMilliseconds(shipped),
  );
  const title = titles
    .sort(
      (a, b) =>
        epochMilliseconds(a.event.effectiveAt ?? a.event.occurredAt) -
        epochMilliseconds(b.event.effectiveAt ?? b.event.occurredAt),
    )
    .at(-1);
  if (title !== undefined && isAllied(known, title.event.to, date)) return [];
  const offtake = toldOf(known.sorted.told, 'AgreementRecorded').find(
    ({ event }) =>
      event.facility === dispatch.event.facility &&
      event.kind === 'offtake' &&
      event.from <= date &&
      (event.to === undefined || date <= event.to) &&
      (event.lots === undefined || event.lots.includes(lot)) &&
      event.parties.some(({ organization }) => isAllied(known, organization, date)),
  );
  if (offtake !== undefined) return [];
  const said = {
    facts: { lot, facility: dispatch.event.facility, shipped, title: title?.event.to ?? 'unproven' },
    entries: [dispatch.ref, ...(title === undefined ? [] : [title.ref])],
  };
  if (title === undefined)
    return [
      insufficient('title-unproven', said, {
        code: 'record-title',
        by: dispatch.event.facility,
        what: `record the title or offtake agreement of an allied entity that held when ${lot} was first shipped`,
      }),
    ];
  return [
    fail('title-not-allied', said, {
      code: 'use-other-material',
      by: dispatch.event.facility,
      what: 'nothing cures title held elsewhere when it was first shipped',
    }),
  ];
}

function majorityFindings(known: Case, told: Told): Found[] {
  const organization = operatorOf(known, told);
  const date = utcDate(told.event.occurredAt);
  if (organization === undefined)
    return [
      insufficient(
        'operator-unproven',
        { facts: { facility: told.event.facility }, entries: [told.ref] },
        {
          code: 'register-facility',
          by: told.event.facility,
          what: 'register the facility with its operator',
        },
      ),
    ];
  const { allied, other } = alliedEquity(known, organization, date);
  if (allied.greaterThan(HALF)) return [];
  const said = {
    facts: {
      organization,
      facility: told.event.facility,
      alliedPercent: allied.toDecimal(2),
      otherPercent: other.toDecimal(2),
    },
    entries: [told.ref],
  };
  if (other.compare(HALF) >= 0)
    return [
      fail('majority-not-allied', said, {
        code: 'lower-rung',
        by: 'asker',
        what: 'ask for a rung without a test of ownership, or use material that other hands made',
      }),
    ];
  return [
    insufficient('majority-unproven', said, {
      code: 'declare-ownership',
      by: organization,
      what: 'declare the holders of a majority of the equity',
    }),
  ];
}
