import { epochMilliseconds, utcDate } from '@lodemark/domain';
import type { Case, Custody } from '../case.js';
import { distinctTold, toldOf, type Told } from '../effective-events.js';
import { distinctFindings, fail, insufficient, orPass, type Found } from '../found.js';
import { controlOn } from '../ownership.js';
import type { Rule } from '../rule.js';

export interface Acting {
  readonly organization: string;
  readonly as: 'operator' | 'title-holder' | 'toll-customer' | 'collector';
  readonly told: Told;
  /** When it acted, as far as the event itself says another time than its own. */
  readonly claimed: readonly string[];
}

/** Who acted at each step of the lineage: operators, title holders, customers of toll processing, collectors of scrap. */
export function acting(known: Case): Acting[] {
  const operators = operating(known).flatMap((told): Acting[] =>
    operatorsOf(known, told).map((organization) => ({ organization, as: 'operator', told, claimed: [] })),
  );
  const titles = distinctTold(
    known.lots.flatMap((lot) => toldOf(known.lineage.namingLot(lot), 'TitleTransferred')),
  ).flatMap((told): Acting[] => {
    const { from, to, effectiveAt } = told.event;
    const claimed = effectiveAt === undefined ? [] : [effectiveAt];
    // Who gives title away has held it.
    return [from, to].map((organization) => ({ organization, as: 'title-holder', told, claimed }));
  });
  const tolls = known.processes.flatMap(({ told }): Acting[] =>
    told.event.type === 'Transformed' && told.event.tolledFor !== undefined
      ? [{ organization: told.event.tolledFor, as: 'toll-customer', told, claimed: [] }]
      : [],
  );
  return [...operators, ...titles, ...tolls, ...collectors(known)];
}

/** Whoever collected recycled feed had it before its first facility here did. */
function collectors(known: Case): Acting[] {
  return known.roots.flatMap((told): Acting[] => {
    const { origin } = told.event;
    if (origin.kind !== 'recycled' || origin.collector === undefined) return [];
    const organization =
      'organization' in origin.collector ? origin.collector.organization : origin.collector.name;
    const own = operatorsOf(known, told).includes(organization);
    return own ? [] : [{ organization, as: 'collector', told, claimed: [] }];
  });
}

/** Events by which a facility had its hands on the lineage. */
export function operating(known: Case): Told[] {
  return [
    ...known.processes.map(({ told }): Told => told),
    ...known.roots,
    ...known.links.map(({ receipt }) => receipt),
  ];
}

/**
 * Whoever may have operated the facility at the time of the event: more than one when it changed hands meanwhile, or was
 * registered as another's when the event was covered.
 */
export function operatorsOf(known: Case, told: Told): string[] {
  const { facility } = told.event;
  const instants = known.instantsOf(told, known.facts.facilityChanges(facility));
  return [
    ...new Set(
      instants
        .flatMap((instant) => [
          known.facts.facility(facility, instant),
          known.facts.facilityAsTold(facility, instant, told.entry.covered.rootIndex),
        ])
        .flatMap((record) => record?.organization ?? []),
    ),
  ];
}

/**
 * C20: every operator, title holder, toll customer and collector of recycled feed passes the 25 % test at the time of
 * each event, with indirect attribution (R-FEOC; domain.md 1.9: a title holder is whoever the material belonged to). A prong met FAIL; no, old or incomplete ownership on file, or no operator on file,
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
  const [on = ''] = dates;
  return controlFinding(first, organization, { ...said, facts: { ...said.facts, on } });
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
 * C23: whoever operates a facility while it has custody of a lot, or holds title to a lot, is judged for the whole
 * interval and not for its events alone: at its end, and around every change of operator or owners within it. FAIL
 * when the holders fail; INSUFFICIENT when they are unproven.
 */
export const c23: Rule = (known) => {
  const against = [
    ...known.custodies.flatMap((custody) => custodyFindings(known, custody)),
    ...known.lots.flatMap((lot) => titleFindings(known, lot)),
  ];
  return orPass(distinctFindings(against), 'ownership-held-during-custody', {
    facts: { custodies: known.custodies.length },
  });
};

/** Somebody whose lot it was, or in whose facility it lay, from one calendar date to another. */
interface Hold {
  readonly organization: string;
  readonly as: Acting['as'];
  readonly from: string;
  readonly to: string;
  /** Who holds it from the beginning is C20's to judge; who took over is judged from the first day. */
  readonly tookOver: boolean;
}

function holdFindings(
  known: Case,
  { organization, as, from, to, tookOver }: Hold,
  { facts, entries }: { facts: Record<string, string>; entries: Told['ref'][] },
): Found[] {
  const changed = known.facts.controlChanges(organization).filter((date) => date > from && date <= to);
  const dates = [...(tookOver ? [from] : []), ...changed.flatMap((date) => [dayBefore(date), date]), to];
  return [...new Set(dates.filter((date) => date >= from))].sort().flatMap((date) =>
    controlFinding(controlOn(known, organization, date), organization, {
      facts: { organization, as, ...facts, on: date },
      entries,
    }),
  );
}

function custodyFindings(known: Case, { lot, facility, from, to }: Custody): Found[] {
  const interval = { begun: from.event.occurredAt, ended: to?.event.occurredAt ?? known.evidence.horizon.at };
  const entries = [from.ref, ...(to === undefined ? [] : [to.ref])];
  const spans = operatorSpans(known, facility, interval);
  return spans.flatMap(({ organization, since }, index) => {
    const next = spans[index + 1]?.since;
    const hold = {
      organization,
      as: 'operator' as const,
      from: utcDate(since ?? interval.begun),
      // The day of a sale is the buyer's.
      to: next === undefined ? utcDate(interval.ended) : dayBefore(utcDate(next)),
      tookOver: since !== undefined,
    };
    return holdFindings(known, hold, { facts: { facility, lot }, entries });
  });
}

/** Of each title to a lot: until the next transfer, or until the lot was used up. */
function titleFindings(known: Case, lot: string): Found[] {
  const transfers = toldOf(known.lineage.namingLot(lot), 'TitleTransferred').sort(byEffect);
  if (transfers.length === 0) return [];
  const used = known.processes
    .filter(({ inputs }) => inputs.some((input) => input.lot === lot))
    .map(({ told }) => told.event.occurredAt)
    .sort((a, b) => epochMilliseconds(a) - epochMilliseconds(b))
    .at(-1);
  return transfers.flatMap((told, index) => {
    const next = transfers[index + 1];
    const ended = next === undefined ? (used ?? known.evidence.horizon.at) : effectOf(next);
    const hold = {
      organization: told.event.to,
      as: 'title-holder' as const,
      from: utcDate(effectOf(told)),
      to: utcDate(ended),
      tookOver: false,
    };
    const { facility } = told.event;
    return holdFindings(known, hold, { facts: { facility, lot }, entries: [told.ref] });
  });
}

/** When a transfer of title takes effect, as it says itself. */
export function effectOf({ event }: Told<'TitleTransferred'>): string {
  return event.effectiveAt ?? event.occurredAt;
}

export function byEffect(a: Told<'TitleTransferred'>, b: Told<'TitleTransferred'>): number {
  return epochMilliseconds(effectOf(a)) - epochMilliseconds(effectOf(b)) || a.ref.index - b.ref.index;
}

const DAY_MS = 86_400_000;

function dayBefore(date: string): string {
  return utcDate(new Date(epochMilliseconds(`${date}T00:00:00Z`) - DAY_MS).toISOString());
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
