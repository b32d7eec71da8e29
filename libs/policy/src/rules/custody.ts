import { epochMilliseconds, Rational, utcDate } from '@lodemark/domain';
import type { Case, Link } from '../case.js';
import type { Told } from '../effective-events.js';
import type { EntryRef } from '../evidence.js';
import type { HandOver } from '../lineage.js';
import { fail, insufficient, notApplicable, orPass, type Found } from '../found.js';
import type { Rule } from '../rule.js';
import { leastDistanceKm } from '../distance.js';
import { perLink, saidOf } from './link-findings.js';
import { sightings, transitCountries } from '../transit.js';
import { toldOf } from '../effective-events.js';

const WHOLE = '-';
const DAY_MS = 86_400_000;

/**
 * C25: every dispatched package has exactly one outcome, and each receipt answers one dispatch by hash and nonce.
 * No receipt, no dispatch, a package without outcome or with two: INSUFFICIENT.
 */
export const c25: Rule = (known) => {
  const gaps = known.linkGaps.map(({ code, lot, facility, entries }) =>
    insufficient(
      code,
      { facts: { lot, facility }, entries },
      { code: 'record-receipt', by: facility, what: `record the receipt of lot ${lot}, naming its dispatch` },
    ),
  );
  const unseen = known.links
    .filter(({ handOver }) => handOver === undefined)
    .map((link) =>
      insufficient(
        'dispatch-unseen',
        {
          facts: { lot: link.lot, to: link.receipt.event.facility, dispatch: link.receipt.event.dispatch },
          entries: [link.receipt.ref],
        },
        { code: 'record-dispatch', by: 'sender', what: 'record the dispatch that the receipt names' },
      ),
    );
  const against = [
    ...gaps,
    ...unseen,
    ...known.links.flatMap((link) =>
      link.handOver === undefined ? [] : outcomeFindings(link, link.handOver),
    ),
  ];
  if (known.links.length === 0 && against.length === 0) return [notApplicable('no-hand-over')];
  return orPass(against, 'one-outcome-per-package', { facts: { handOvers: known.links.length } });
};

function outcomeFindings(link: Link, handOver: HandOver): Found[] {
  const { dispatch } = handOver;
  const line = dispatch.event.lots.find(({ lot }) => lot === link.lot);
  const { facility, nonce } = link.receipt.event;
  const findings: Found[] = [];
  if (nonce !== dispatch.event.nonce)
    findings.push(
      unresolved(link, {
        code: 'nonce-differs',
        by: facility,
        what: 'correct the receipt: it answers another nonce than the dispatch has',
      }),
    );
  if (dispatch.event.to !== facility)
    findings.push(
      unresolved(link, {
        code: 'received-by-another',
        facts: { addressee: dispatch.event.to },
        by: facility,
        what: 'explain why another facility than the addressee received the goods',
      }),
    );
  if (line === undefined)
    return [
      ...findings,
      unresolved(link, {
        code: 'lot-not-in-dispatch',
        by: facility,
        what: 'correct the receipt: the dispatch does not name the lot',
      }),
    ];
  return [...findings, ...packageFindings(link, handOver, line.packages?.map(({ id }) => id) ?? [WHOLE])];
}

interface Unresolved {
  readonly code: string;
  readonly facts?: Record<string, string>;
  readonly entries?: readonly EntryRef[];
  readonly by: string;
  readonly what: string;
}

function unresolved(link: Link, { code, facts = {}, entries = [], by, what }: Unresolved): Found {
  const said = saidOf(link);
  return insufficient(
    code,
    { facts: { ...said.facts, ...facts }, entries: [...said.entries, ...entries] },
    { code: 'resolve-hand-over', by, what },
  );
}

function packageFindings(link: Link, handOver: HandOver, expected: readonly string[]): Found[] {
  const outcomes = outcomesOf(link.lot, handOver);
  const strange = outcomes.filter(({ id }) => !expected.includes(id));
  return [
    ...expected.flatMap((id) =>
      oneOutcome(link, handOver, { id, ends: outcomes.filter((outcome) => outcome.id === id) }),
    ),
    ...strange.map(({ id, ref, by }) =>
      unresolved(link, {
        code: 'package-not-dispatched',
        facts: { package: id },
        entries: [ref],
        by,
        what: `correct the statement: package ${id} was not in the dispatch`,
      }),
    ),
  ];
}

function oneOutcome(
  link: Link,
  { dispatch }: HandOver,
  { id, ends }: { id: string; ends: readonly PackageEnd[] },
): Found[] {
  if (ends.length === 1) return [];
  if (ends.length === 0)
    return [
      unresolved(link, {
        code: 'package-without-outcome',
        facts: { package: id },
        by: link.receipt.event.facility,
        what: `record what became of package ${id}`,
      }),
    ];
  const by = ends
    .map((end) => end.by)
    .sort()
    .join(', ');
  return [
    unresolved(link, {
      code: 'package-with-two-outcomes',
      facts: { package: id, by },
      entries: ends.map(({ ref }) => ref),
      by: dispatch.event.facility,
      what: `find out which statement about package ${id} holds, and have the other corrected`,
    }),
  ];
}

interface PackageEnd {
  readonly id: string;
  readonly outcome: string;
  readonly by: string;
  readonly ref: EntryRef;
}

/** What anybody said became of the packages; a refusal that ends in a return is one outcome, not two. */
function outcomesOf(lot: string, { receipts, ends }: HandOver): PackageEnd[] {
  const decided = receipts.flatMap(({ event, ref }): PackageEnd[] => {
    const line = event.lots.find((candidate) => candidate.lot === lot);
    if (line === undefined) return [];
    const decisions = line.packages ?? [{ id: WHOLE, decision: line.decision ?? 'refused' }];
    return decisions.map(({ id, decision }) => ({ id, outcome: decision, by: event.facility, ref }));
  });
  const ended = ends.flatMap(({ event, ref }): PackageEnd[] => {
    if (event.type === 'DispatchCancelled') return [];
    return event.packages
      .filter((line) => line.lot === lot)
      .map(({ id }) => ({ id: id ?? WHOLE, outcome: event.type, by: event.facility, ref }));
  });
  const refused = new Set(decided.filter(({ outcome }) => outcome === 'refused').map(({ id }) => id));
  return [
    ...decided,
    ...ended.filter(({ id, outcome }) => !(outcome === 'PackageReturned' && refused.has(id))),
  ];
}

/** C26: containers, seals and packages are the same on both sides. One mismatch, or one side silent: INSUFFICIENT. */
export const c26: Rule = (known) =>
  perLink(known, (link, handOver) => identityFindings(known, link, handOver), 'identifiers-match');

function identityFindings(known: Case, link: Link, handOver: HandOver): Found[] {
  const sent = handOver.dispatch.event;
  const came = link.receipt.event;
  const said = saidOf(link);
  const mismatch = (code: string, facts: Record<string, string>): Found =>
    insufficient(
      code,
      { facts: { ...said.facts, ...facts }, entries: said.entries },
      {
        code: 'incident-report',
        by: came.facility,
        what: 'report the incident, weigh and assay again, and have both sides agree',
      },
    );
  const findings: Found[] = [];
  if (!sameSet(sent.containers ?? [], came.containers ?? []))
    findings.push(
      mismatch('containers-differ', {
        sent: (sent.containers ?? []).join(' '),
        received: (came.containers ?? []).join(' '),
      }),
    );
  const sentSeals = (sent.seals ?? []).map(({ number }) => number);
  const cameSeals = (came.seals ?? []).map(({ number }) => number);
  if (!sameSet(sentSeals, cameSeals))
    findings.push(mismatch('seals-differ', { sent: sentSeals.join(' '), received: cameSeals.join(' ') }));
  const hurt = (came.seals ?? []).filter(({ condition }) => condition !== 'intact');
  for (const { number, condition } of hurt)
    findings.push(mismatch('seal-not-intact', { seal: number, condition }));
  for (const sighting of sightings(known, handOver)) {
    const bad = sighting.seals.find(
      ({ number, condition }) =>
        (condition !== undefined && condition !== 'intact') ||
        (sentSeals.length > 0 && !sentSeals.includes(number)),
    );
    if (bad !== undefined)
      findings.push(
        mismatch('seal-changed-on-the-way', {
          seal: bad.number,
          condition: bad.condition ?? 'another',
          country: sighting.country,
        }),
      );
  }
  return findings;
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && [...a].sort().join('\n') === [...b].sort().join('\n');
}

/**
 * C28: the receipt follows the dispatch, no gap between reports is longer than the limit, the speed is possible. Every
 * transit country stands on the verdict. Otherwise INSUFFICIENT.
 */
export const c28: Rule = (known) =>
  perLink(known, (link, handOver) => travelFindings(known, link, handOver), 'travel-plausible');

function travelFindings(known: Case, link: Link, handOver: HandOver): Found[] {
  const said = saidOf(link);
  const left = handOver.dispatch.event.occurredAt;
  const came = link.receipt.event.occurredAt;
  const facts = { ...said.facts, left, came };
  if (epochMilliseconds(came) < epochMilliseconds(left))
    return [
      insufficient(
        'received-before-dispatch',
        { ...said, facts },
        {
          code: 'correct-times',
          by: link.receipt.event.facility,
          what: 'correct the time of the dispatch or of the receipt',
        },
      ),
    ];
  const reported = sightings(known, handOver)
    .map(({ at }) => at)
    .filter(
      (at) =>
        epochMilliseconds(at) >= epochMilliseconds(left) && epochMilliseconds(at) <= epochMilliseconds(came),
    );
  const gap = longestGap([left, ...reported, came]);
  const findings: Found[] = [];
  if (gap.days > known.parameters.custodyGapDays) {
    findings.push(
      insufficient(
        'custody-gap',
        {
          ...said,
          facts: {
            ...facts,
            gapFrom: gap.from,
            gapTo: gap.to,
            days: gap.days,
            limitDays: known.parameters.custodyGapDays,
          },
        },
        {
          code: 'report-transit',
          by: handOver.dispatch.event.facility,
          what: `have the carrier report where the goods were between ${gap.from} and ${gap.to}`,
        },
      ),
    );
  }
  const km = leastDistance(known, handOver.dispatch, link.receipt);
  const hours = Math.max(1, Math.floor((epochMilliseconds(came) - epochMilliseconds(left)) / 3_600_000));
  if (
    km !== undefined &&
    km.compare(Rational.of(BigInt(known.parameters.maxSpeedKmPerDay) * BigInt(hours + 1), 24n)) > 0
  ) {
    findings.push(
      insufficient(
        'too-fast',
        { ...said, facts: { ...facts, leastKm: km.toDecimal(0) } },
        {
          code: 'correct-times',
          by: link.receipt.event.facility,
          what: 'correct the times: nothing travels that fast',
        },
      ),
    );
  }
  return findings;
}

function longestGap(times: readonly string[]): { days: number; from: string; to: string } {
  const sorted = [...times].sort((a, b) => epochMilliseconds(a) - epochMilliseconds(b));
  return sorted.slice(1).reduce(
    (longest, to, index) => {
      const from = sorted[index] ?? to;
      const days = Math.floor((epochMilliseconds(to) - epochMilliseconds(from)) / DAY_MS);
      return days > longest.days ? { days, from, to } : longest;
    },
    { days: 0, from: sorted[0] ?? '', to: sorted[0] ?? '' },
  );
}

function leastDistance(known: Case, dispatch: Told, receipt: Told): Rational | undefined {
  const at = (told: Told) => known.facts.facility(told.event.facility, told.event.occurredAt)?.site?.[0];
  const [from, to] = [at(dispatch), at(receipt)];
  return from === undefined || to === undefined ? undefined : leastDistanceKm(from, to);
}

/**
 * C54 (from WC-1): nothing repacked, opened or stored unsealed in a covered country; from WC-2 no transit through one,
 * and sealed throughout. Shown FAIL; a dispatch without seals INSUFFICIENT.
 */
export const c54: Rule = (known) => {
  const rung = known.parameters.custodyRung ?? 0;
  if (rung === 0) return [notApplicable('rung-without-custody-test')];
  const against = [
    ...known.links.flatMap((link) =>
      link.handOver === undefined ? [] : transitFindings(known, link, link.handOver),
    ),
    ...known.lots.flatMap((lot) => storageFindings(known, lot)),
  ];
  return orPass(against, rung === 1 ? 'no-covered-storage' : 'sealed-and-clear-of-covered', {
    facts: { handOvers: known.links.length },
  });
};

const cureOther = (by: string, what: string) => ({ code: 'use-other-material', by, what });

function transitFindings(known: Case, link: Link, handOver: HandOver): Found[] {
  const rung = known.parameters.custodyRung ?? 0;
  const said = saidOf(link);
  const sender = handOver.dispatch.event.facility;
  const coveredThen = (country: string, at: string) => known.covered(country, utcDate(at));
  const handled = sightings(known, handOver)
    .filter(
      ({ kind, sealed, country, at }) =>
        coveredThen(country, at) &&
        (kind === 'opened' ||
          kind === 'customs-examined' ||
          sealed === false ||
          (kind === 'stored' && sealed !== true)),
    )
    .map(({ country, kind, entry, at }) =>
      fail(
        'handled-in-covered-country',
        { facts: { ...said.facts, country, kind, at }, entries: [...said.entries, entry] },
        cureOther(sender, `nothing cures goods opened or stored unsealed in ${country}`),
      ),
    );
  if (rung < 2) return handled;
  const through = transitCountries(known, link).filter((country) =>
    coveredThen(country, handOver.dispatch.event.occurredAt),
  );
  const passed = through.map((country) =>
    fail(
      'transit-through-covered',
      {
        facts: { ...said.facts, country },
        entries: [
          ...said.entries,
          ...sightings(known, handOver)
            .filter((one) => one.country === country)
            .map(({ entry }) => entry),
        ],
      },
      cureOther(sender, `ask for a rung that allows transit through ${country}, or ship another way`),
    ),
  );
  const unsealed =
    handOver.dispatch.event.seals === undefined
      ? [
          insufficient('not-sealed', said, {
            code: 'seal',
            by: sender,
            what: 'record the seals under which the goods travelled',
          }),
        ]
      : [];
  return [...handled, ...passed, ...unsealed];
}

function storageFindings(known: Case, lot: string): Found[] {
  const stored = toldOf(known.lineage.namingLot(lot), 'Stored').map((told) => ({
    told,
    country: told.event.place?.country ?? known.countryOf(told),
    bad: !told.event.sealed,
    code: 'unsealed-storage-in-covered',
  }));
  const repacked = toldOf(known.lineage.namingLot(lot), 'Repacked').map((told) => ({
    told,
    country: told.event.place?.country ?? known.countryOf(told),
    bad: true,
    code: 'repacked-in-covered',
  }));
  return [...stored, ...repacked].flatMap(({ told, country, bad, code }) => {
    if (!bad || country === undefined || !known.covered(country, utcDate(told.event.occurredAt))) return [];
    return [
      fail(
        code,
        { facts: { lot, country, facility: told.event.facility }, entries: [told.ref] },
        cureOther(told.event.facility, `nothing cures handling in ${country}`),
      ),
    ];
  });
}
