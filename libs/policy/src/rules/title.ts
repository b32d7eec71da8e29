import { epochMilliseconds, isRareEarth, Rational, utcDate, type Form } from '@lodemark/domain';
import type { Case } from '../case.js';
import { makerOf } from '../custodians.js';
import { toldOf, type Told } from '../effective-events.js';
import { isNeutral, rankOf } from '../forms.js';
import { distinctFindings, fail, insufficient, notApplicable, orPass, type Found } from '../found.js';
import { alliedEquity, alliedOn, type AlliedShare } from '../ownership.js';
import { isWithin } from '../interval.js';
import type { Rule } from '../rule.js';
import { byEffect, effectOf, operatorsOf, operatorUnproven } from './control.js';

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
  // Whose it was from the mine on is not told of what was bought, however well its past is documented.
  // Rare earths that were bought have no root at all (C07).
  const bought = bound
    .filter(({ element }) => !isRareEarth(element))
    .flatMap(({ roots }) => roots)
    .filter(({ event }) => event.origin.kind === 'purchased');
  const against = [
    ...mines.flatMap((mine) => titleFindings(known, mine)),
    ...bought.map(boughtFinding),
    ...titlesLost(known, [...lots].sort(), new Set(mines.map(({ event }) => event.facility))),
    ...operators.flatMap(({ told }) => majorityFindings(known, told)),
  ];
  return orPass(distinctFindings(against), 'allied-title-and-majority', {
    facts: { mines: mines.length, operators: operators.length },
  });
};

function boughtFinding({ event: { lot, facility }, ref }: Told<'LotCreated'>): Found {
  return insufficient(
    'title-unproven',
    { facts: { lot, facility, shipped: 'unsaid', title: 'not recorded', offtake: [] }, entries: [ref] },
    {
      code: 'record-title',
      by: facility,
      what: `use material of which the title at its mine is on record: of ${lot} nobody says whose it was when it was first shipped`,
    },
  );
}

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
  const titles = titlesAt(known, { lot, facility, by: told }, new Set());
  const transfers = titles.filter((title) => title !== undefined);
  const holders = [
    ...new Set(titles.flatMap((title) => (title === undefined ? operators : [title.event.to]))),
  ].sort();
  const standings = [
    ...(holders.length === 0 ? ['unproven' as const] : holders.map((one) => alliedOn(known, one, date))),
  ];
  if (standings.every((standing) => standing === 'allied')) return [];
  const offtakes = offtakersOf(known, { lot, facility, by: told }).map((parties) => ({
    parties,
    standings: parties.map((one) => alliedOn(known, one, date)),
  }));
  // Of several that may each have taken it, the one that is not allied may.
  const allied =
    offtakes.length > 0 &&
    offtakes.every(({ standings: all }) => all.length > 0 && all.every((standing) => standing === 'allied'));
  if (allied) return [];
  const said = {
    facts: {
      lot,
      facility,
      shipped: occurredAt,
      title: transfers.length === 0 ? 'not recorded' : transfers.map(({ event }) => event.to).join(', '),
      offtake: [...new Set(offtakes.flatMap(({ parties }) => parties))].sort(),
    },
    entries: [told.ref, ...transfers.map(({ ref }) => ref)],
  };
  const sold = transfers.some(({ event }) => alliedOn(known, event.to, date) === 'not-allied');
  if (sold && !offtakes.some(({ standings: all }) => all.includes('unproven')))
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
      what: `declare the owners of who held title to ${lot}, or its offtake, when it was first shipped; where no allied entity stood on record then, use material of which one did`,
    }),
  ];
}

interface TitleAsked {
  readonly lot: string;
  readonly facility: string;
  /** What happened to the lot: title counts as it was then, and as far as it was told by then. */
  readonly by: Told;
}

/** Told, as it reads now, no later than what it is told about: what somebody remembers afterwards proves nothing. */
function toldBy({ entry, corrections }: Told, by: Told): boolean {
  return [entry, ...corrections].every(({ covered }) => covered.rootIndex <= by.entry.covered.rootIndex);
}

/**
 * The last transfers of title to a lot by then, or to what it was made of at the same facility, from the time before
 * that was used; undefined stands for a part of which nobody transferred the title. One that was told afterwards stands
 * beside what was known until then.
 */
function titlesAt(
  known: Case,
  { lot, facility, by }: TitleAsked,
  seen: Set<string>,
): (Told<'TitleTransferred'> | undefined)[] {
  if (seen.has(lot)) return [];
  seen.add(lot);
  const at = epochMilliseconds(by.event.occurredAt);
  const transfers = toldOf(known.lineage.namingLot(lot), 'TitleTransferred')
    .filter((told) => epochMilliseconds(effectOf(told)) <= at)
    .sort(byEffect);
  const inTime = transfers.filter((told) => toldBy(told, by)).at(-1);
  const last = transfers.at(-1);
  const afterwards = last === inTime ? [] : [last];
  if (inTime !== undefined) return [inTime, ...afterwards];
  const feeds = known.lineage
    .producersOf(lot)
    .flatMap((producer) => (producer.kind === 'process' ? [producer.process] : []))
    .filter((process) => process.facility === facility)
    .flatMap(({ told, inputs }) =>
      inputs.filter(({ role }) => role === 'feed').map((input) => ({ input, told })),
    );
  if (feeds.length === 0) return [undefined, ...afterwards];
  const before = feeds.flatMap(({ input, told }) =>
    titlesAt(known, { lot: input.lot, facility, by: told }, seen),
  );
  return [...before, ...afterwards];
}

/**
 * Of each offtake agreement that covered the lot and was told of by then, the parties to it, the mine's own operator
 * left out: who of them takes the lot only the contract says. Where contracts share out what is mined, those that name
 * the lot say who has it, and the others nothing.
 */
function offtakersOf(known: Case, { lot, facility, by }: TitleAsked): string[][] {
  const date = utcDate(by.event.occurredAt);
  const operator = known.facts.facility(facility, `${date}T00:00:00Z`)?.organization;
  const covering = toldOf(known.sorted.told, 'AgreementRecorded').filter(
    (told) =>
      told.event.facility === facility &&
      told.event.kind === 'offtake' &&
      toldBy(told, by) &&
      isWithin(told.event, date) &&
      (told.event.lots === undefined || told.event.lots.includes(lot)),
  );
  const naming = covering.filter(({ event }) => event.lots !== undefined);
  return (naming.length > 0 ? naming : covering).map(({ event }) => [
    ...new Set(
      event.parties
        .map(({ organization }) => organization)
        .filter((organization) => organization !== operator),
    ),
  ]);
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
    .filter(({ lot, told, shipped }) =>
      shipped === undefined
        ? !mines.has(makerOf(lot))
        : epochMilliseconds(effectOf(told)) > epochMilliseconds(shipped),
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
