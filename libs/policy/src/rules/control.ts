import { epochMilliseconds, utcDate } from '@lodemark/domain';
import type { Case, Custody } from '../case.js';
import { toldOf, type Told } from '../effective-events.js';
import { distinctFindings, fail, insufficient, orPass, type Found } from '../found.js';
import { controlOn } from '../ownership.js';
import type { Rule } from '../rule.js';

interface Acting {
  readonly organization: string;
  readonly as: 'operator' | 'title-holder' | 'toll-customer';
  readonly told: Told;
  /** When it acted, as far as the event itself says another time than its own. */
  readonly claimed: readonly string[];
}

/** Who acted at each step of the lineage: operators of facilities, title holders, customers of toll processing. */
function acting(known: Case): Acting[] {
  const operators = operating(known).flatMap((told): Acting[] =>
    operatorsOf(known, told).map((organization) => ({ organization, as: 'operator', told, claimed: [] })),
  );
  const titles = distinctTold(
    known.lots.flatMap((lot) => toldOf(known.lineage.namingLot(lot), 'TitleTransferred')),
  ).map((told): Acting => {
    const { to, effectiveAt } = told.event;
    return {
      organization: to,
      as: 'title-holder',
      told,
      claimed: effectiveAt === undefined ? [] : [effectiveAt],
    };
  });
  const tolls = known.processes.flatMap(({ told }): Acting[] =>
    told.event.type === 'Transformed' && told.event.tolledFor !== undefined
      ? [{ organization: told.event.tolledFor, as: 'toll-customer', told, claimed: [] }]
      : [],
  );
  return [...operators, ...titles, ...tolls];
}

/** Events by which a facility had its hands on the lineage. */
function operating(known: Case): Told[] {
  return [
    ...known.processes.map(({ told }): Told => told),
    ...known.roots,
    ...known.links.map(({ receipt }) => receipt),
  ];
}

function distinctTold<T extends Told>(told: readonly T[]): T[] {
  return [...new Map(told.map((one) => [`${one.ref.facility} ${String(one.ref.index)}`, one])).values()];
}

/** Whoever may have operated the facility at the time of the event: more than one when it changed hands meanwhile. */
export function operatorsOf(known: Case, told: Told): string[] {
  const { facility } = told.event;
  const instants = known.instantsOf(told, known.facts.facilityChanges(facility));
  return [
    ...new Set(instants.flatMap((instant) => known.facts.facility(facility, instant)?.organization ?? [])),
  ];
}

/**
 * C20: every operator, title holder and toll customer passes the 25 % test at the time of each event, with indirect
 * attribution (R-FEOC). A prong met FAIL; no, old or incomplete ownership on file, or no operator on file,
 * INSUFFICIENT; so is an answer that changes between the event and its coverage.
 */
export const c20: Rule = (known) => {
  const parties = acting(known);
  const against = [
    ...operating(known).flatMap((told) =>
      operatorsOf(known, told).length > 0 ? [] : [operatorUnproven(told)],
    ),
    ...parties.flatMap((party) => partyFindings(known, party)),
  ];
  return orPass(distinctFindings(against), 'no-entity-of-concern', {
    facts: { organizations: [...new Set(parties.map(({ organization }) => organization))].sort() },
  });
};

export function operatorUnproven({ event, ref }: Told): Found {
  return insufficient(
    'operator-unproven',
    { facts: { facility: event.facility }, entries: [ref] },
    { code: 'register-facility', by: event.facility, what: 'register the facility with its operator' },
  );
}

function partyFindings(known: Case, { organization, as, told, claimed }: Acting): Found[] {
  const changes = known.facts.controlChanges(organization).map((date) => `${date}T00:00:00Z`);
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
  const dates = known.instantsOf(told, changes, claimed).map(utcDate);
  const answers = [...new Set(dates)].map((date) => controlOn(known, organization, date));
  const [first] = answers;
  if (first === undefined || answers.some(({ verdict }) => verdict !== first.verdict)) {
    return [
      insufficient('ownership-changed-meanwhile', said, {
        code: 'record-in-time',
        by: told.event.facility,
        what: 'show when it happened: ownership changed before a checkpoint covered the event',
      }),
    ];
  }
  return controlFinding(first, organization, said);
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
  const [begun, ended] = [from.event.occurredAt, to?.event.occurredAt ?? known.evidence.horizon.at];
  const [start, end] = [utcDate(begun), utcDate(ended)];
  return operatorSpans(known, facility, { begun, ended }).flatMap(({ organization, since }) => {
    // Who operates it from the beginning is C20's to judge; a new operator is judged from its first day.
    const taken = since === undefined ? [] : [utcDate(since)];
    const changed = known.facts.controlChanges(organization).filter((date) => date > start && date <= end);
    return [...new Set([...taken, ...changed])].sort().flatMap((date) =>
      controlFinding(controlOn(known, organization, date), organization, {
        facts: { organization, facility, lot, changedOn: date },
        entries: [from.ref, ...(to === undefined ? [] : [to.ref])],
      }),
    );
  });
}

interface OperatorSpan {
  readonly organization: string;
  /** Undefined: from the beginning of the custody. */
  readonly since: string | undefined;
}

function operatorSpans(
  known: Case,
  facility: string,
  { begun, ended }: { begun: string; ended: string },
): OperatorSpan[] {
  const within = (change: string) =>
    epochMilliseconds(change) > epochMilliseconds(begun) &&
    epochMilliseconds(change) <= epochMilliseconds(ended);
  const spans = [undefined, ...known.facts.facilityChanges(facility).filter(within)].flatMap(
    (since): OperatorSpan[] => {
      const organization = known.facts.facility(facility, since ?? begun)?.organization;
      return organization === undefined ? [] : [{ organization, since }];
    },
  );
  return spans.filter(({ organization }, index) => organization !== spans[index - 1]?.organization);
}
