import { epochMilliseconds, isRareEarth, Rational, utcDate, type Form } from '@lodemark/domain';
import type { Case } from '../case.js';
import { makerOf } from '../custodians.js';
import { toldOf, type Told } from '../effective-events.js';
import { isNeutral, rankOf } from '../forms.js';
import { distinctFindings, fail, insufficient, notApplicable, orPass, type Found } from '../found.js';
import { alliedEquity, alliedOn, type AlliedShare } from '../ownership.js';
import type { Rule } from '../rule.js';
import { operatorsOf, operatorUnproven } from './control.js';

const SEPARATE_RANK = rankOf('SEPARATE');
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
    ({ step }) => rankOf(step) >= SEPARATE_RANK && !isNeutral(step),
  );
  if (bound.length === 0) return [notApplicable('no-element-bound')];
  const lots = new Set(bound.flatMap((trace) => [...trace.lots]));
  const against = [
    ...mines.flatMap((mine) => titleFindings(known, mine)),
    ...titlesLost(known, [...lots].sort(), new Set(mines.map(({ event }) => event.facility))),
    ...operators.flatMap(({ told }) => majorityFindings(known, told)),
  ];
  return orPass(distinctFindings(against), 'allied-title-and-majority', {
    facts: { mines: mines.length, operators: operators.length },
  });
};

/** What the mine shipped must have been an allied entity's when it left; what never left, when it was worked on. */
function titleFindings(known: Case, mine: Told<'LotCreated'>): Found[] {
  const { facility, lot } = mine.event;
  const shipments = known.links.flatMap((link) =>
    link.handOver?.dispatch.event.facility === facility
      ? [{ lot: link.lot, told: link.handOver.dispatch }]
      : [],
  );
  const firsts: { lot: string; told: Told }[] = shipments.length > 0 ? shipments : [{ lot, told: mine }];
  return firsts.flatMap((first) => firstShipmentFindings(known, first, operatorsOf(known, mine)));
}

function firstShipmentFindings(
  known: Case,
  { lot, told }: { lot: string; told: Told },
  operators: readonly string[],
): Found[] {
  const { facility, occurredAt } = told.event;
  const date = utcDate(occurredAt);
  const title = titleAt(known, { lot, facility, at: occurredAt }, new Set());
  const holders = title === undefined ? operators : [title.event.to];
  const standings = [
    ...(holders.length === 0 ? ['unproven' as const] : holders.map((one) => alliedOn(known, one, date))),
  ];
  if (standings.every((standing) => standing === 'allied')) return [];
  const offtakers = offtakersOf(known, { lot, facility, date });
  const offtakes = offtakers.map((one) => alliedOn(known, one, date));
  if (offtakes.includes('allied')) return [];
  const said = {
    facts: {
      lot,
      facility,
      shipped: occurredAt,
      title: title?.event.to ?? 'not recorded',
      offtake: offtakers,
    },
    entries: [told.ref, ...(title === undefined ? [] : [title.ref])],
  };
  if (title !== undefined && standings.includes('not-allied') && !offtakes.includes('unproven'))
    return [
      fail('title-not-allied', said, {
        code: 'use-other-material',
        by: facility,
        what: 'nothing cures title held elsewhere when it was first shipped',
      }),
    ];
  return [
    insufficient('title-unproven', said, {
      code: 'record-title',
      by: facility,
      what: `record the title or offtake agreement of an allied entity that held when ${lot} was first shipped, and that entity’s owners`,
    }),
  ];
}

interface TitleAsked {
  readonly lot: string;
  readonly facility: string;
  readonly at: string;
}

/** The last transfer of title to a lot by then, or to all that it was made of at the same facility. */
function titleAt(
  known: Case,
  { lot, facility, at }: TitleAsked,
  seen: Set<string>,
): Told<'TitleTransferred'> | undefined {
  if (seen.has(lot)) return undefined;
  seen.add(lot);
  const own = toldOf(known.lineage.namingLot(lot), 'TitleTransferred')
    .filter(({ event }) => epochMilliseconds(event.effectiveAt ?? event.occurredAt) <= epochMilliseconds(at))
    .sort(byEffect)
    .at(-1);
  if (own !== undefined) return own;
  const made = known.lineage
    .producersOf(lot)
    .flatMap((producer) => (producer.kind === 'process' ? [producer.process] : []))
    .filter((process) => process.facility === facility);
  const titles = made
    .flatMap(({ inputs }) => inputs.filter(({ role }) => role === 'feed'))
    .map((input) => titleAt(known, { lot: input.lot, facility, at }, seen));
  const [first] = titles;
  return titles.every((title) => title?.event.to === first?.event.to) ? first : undefined;
}

function byEffect(a: Told<'TitleTransferred'>, b: Told<'TitleTransferred'>): number {
  return (
    epochMilliseconds(a.event.effectiveAt ?? a.event.occurredAt) -
      epochMilliseconds(b.event.effectiveAt ?? b.event.occurredAt) || a.ref.index - b.ref.index
  );
}

/** Parties to an offtake agreement that covers the lot on that date, the mine's own operator left out. */
function offtakersOf(
  known: Case,
  { lot, facility, date }: { lot: string; facility: string; date: string },
): string[] {
  const operator = known.facts.facility(facility, `${date}T00:00:00Z`)?.organization;
  const agreements = toldOf(known.sorted.told, 'AgreementRecorded').filter(
    ({ event }) =>
      event.facility === facility &&
      event.kind === 'offtake' &&
      event.from <= date &&
      (event.to === undefined || date <= event.to) &&
      (event.lots === undefined || event.lots.includes(lot)),
  );
  const parties = agreements.flatMap(({ event }) => event.parties.map(({ organization }) => organization));
  return [...new Set(parties)].filter((organization) => organization !== operator).sort();
}

const MINED_MATERIAL: ReadonlySet<Form> = new Set<Form>([
  'ORE',
  'TAILINGS',
  'CONCENTRATE',
  'RE_SOLUTION',
  'MIXED_CARBONATE',
  'MIXED_OXIDE',
]);

/** Title to the mined material stays with allied entities from its first shipment until it is separated. */
function titlesLost(known: Case, lots: readonly string[], mines: ReadonlySet<string>): Found[] {
  const sold = lots
    .filter((lot) => MINED_MATERIAL.has(known.lineage.formOf(lot) ?? 'ORE'))
    .flatMap((lot) => {
      const shipped = known.links
        .filter((link) => link.lot === lot)
        .flatMap(({ handOver }) => (handOver === undefined ? [] : [handOver.dispatch.event.occurredAt]))
        .sort((a, b) => epochMilliseconds(a) - epochMilliseconds(b))[0];
      return toldOf(known.lineage.namingLot(lot), 'TitleTransferred').map((told) => ({ lot, told, shipped }));
    })
    .filter(({ lot, told: { event }, shipped }) =>
      shipped === undefined
        ? !mines.has(makerOf(lot))
        : epochMilliseconds(event.effectiveAt ?? event.occurredAt) > epochMilliseconds(shipped),
    );
  return sold.flatMap(({ lot, told: { event, ref } }) => {
    const standing = alliedOn(known, event.to, utcDate(event.effectiveAt ?? event.occurredAt));
    if (standing === 'allied') return [];
    const said = { facts: { lot, title: event.to, facility: event.facility }, entries: [ref] };
    if (standing === 'unproven')
      return [
        insufficient('title-holder-unproven', said, {
          code: 'declare-ownership',
          by: event.to,
          what: 'register who holds the title, with its owners',
        }),
      ];
    return [
      fail('title-left-allied', said, {
        code: 'use-other-material',
        by: event.facility,
        what: 'nothing cures title that went elsewhere before the material was separated',
      }),
    ];
  });
}

function majorityFindings(known: Case, told: Told): Found[] {
  const organizations = operatorsOf(known, told);
  if (organizations.length === 0) return [operatorUnproven(told)];
  return organizations.flatMap((organization) => {
    const changes = known.facts.controlChanges(organization).map((date) => `${date}T00:00:00Z`);
    const dates = [...new Set(known.instantsOf(told, changes).map(utcDate))];
    const shares = dates.map((date) => alliedEquity(known, organization, date));
    return majorityFinding(told, organization, shares);
  });
}

/** Of the shares at all times at which the event may have happened: the least allied one counts. */
function majorityFinding(told: Told, organization: string, shares: readonly AlliedShare[]): Found[] {
  const [first, ...others] = shares;
  if (first === undefined) return [];
  const least = others.reduce((worst, one) => (one.allied.lessThan(worst.allied) ? one : worst), first);
  if (least.allied.greaterThan(HALF)) return [];
  const said = {
    facts: {
      organization,
      facility: told.event.facility,
      alliedPercent: least.allied.toDecimal(2),
      otherPercent: least.other.toDecimal(2),
    },
    entries: [told.ref],
  };
  if (shares.every(({ other }) => other.compare(HALF) >= 0))
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
