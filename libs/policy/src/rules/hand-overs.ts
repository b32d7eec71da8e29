import type { Case, Link, Trip } from '../case.js';
import type { EntryRef } from '../evidence.js';
import { makerOf } from '../custodians.js';
import { distinctTold, toldOf } from '../effective-events.js';
import { insufficient, note, notApplicable, orPass, type Found } from '../found.js';
import type { HandOver } from '../lineage.js';
import type { Rule } from '../rule.js';
import type { FindingCode } from '../sentences.js';
import { cameSeals, expectedSeals, reportedSeals, sealsHurt } from '../seal-incidents.js';
import { sealWrong, sentSeals, sightings } from '../transit.js';
import { loadsOf, perLink, reportOf, saidOf, saidOfTrip } from './link-findings.js';

const WHOLE = '-';

/**
 * C25: every dispatched package has exactly one outcome, and each receipt answers one dispatch by hash and nonce.
 * No receipt, no dispatch, a package without outcome or with two: INSUFFICIENT.
 */
export const c25: Rule = (known) => {
  const gaps = known.linkGaps.map(({ code, lot, facility, entries }) =>
    insufficient(
      code,
      { facts: { lot, facility }, entries },
      code === 'refused-and-not-back'
        ? {
            code: 'record-return',
            by: facility,
            what: `record that lot ${lot} is back, or what became of it`,
          }
        : {
            code: 'record-receipt',
            by: facility,
            what: `record the receipt of lot ${lot}, naming its dispatch`,
          },
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
        {
          code: 'record-dispatch',
          // Nobody says who sent it: whoever made it knows at least who had it next.
          by: makerOf(link.lot),
          what: `record the dispatch of lot ${link.lot} to ${link.receipt.event.facility} that the receipt names, or have whoever sent it record it`,
        },
      ),
    );
  const against = [
    ...gaps,
    ...unseen,
    ...known.links.flatMap((link) =>
      link.handOver === undefined ? [] : outcomeFindings(link, link.handOver),
    ),
    ...known.trips.flatMap((trip) => (trip.end.event.type === 'Received' ? [] : returnFindings(trip))),
    ...strangersReceipts(known),
  ];
  if (known.links.length === 0 && against.every(({ outcome }) => outcome === 'NOTE'))
    return [notApplicable('no-hand-over'), ...against];
  return orPass(against, 'one-outcome-per-package', { facts: { handOvers: known.links.length } });
};

/** Somebody to whom nobody sent a lot says that it came: no reason against it, or anybody could stop it, but worth a look (S3). */
function strangersReceipts(known: Case): Found[] {
  const onTheWay = new Set(known.links.map(({ receipt }) => receipt));
  const receipts = known.lots.flatMap((lot) =>
    toldOf(known.lineage.namingLot(lot), 'Received').filter(
      (one) =>
        !onTheWay.has(one) && !known.hadLot(one.event.facility, lot) && !isOf(known, lot, one.event.dispatch),
    ),
  );
  return distinctTold(receipts).map(({ event: { facility, type }, ref }) =>
    note('word-of-stranger', { facts: { facility, type, why: 'dispatch-unseen' }, entries: [ref] }),
  );
}

/** Whether a dispatch is one of the lot: whoever answers it is named with the hand-over. */
function isOf(known: Case, lot: string, dispatch: string): boolean {
  const lines = known.lineage.handOver(dispatch)?.dispatch.event.lots ?? [];
  return lines.some((line) => line.lot === lot);
}

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
  readonly code: FindingCode;
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
  const outcomes = outcomesOf(link.lot, handOver, expected);
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
  return [twoOutcomes(saidOf(link), dispatch, { id, ends })];
}

/** What one side has back the other has not accepted. */
function returnFindings(trip: Trip): Found[] {
  const { lot, handOver } = trip;
  const line = handOver.dispatch.event.lots.find((candidate) => candidate.lot === lot);
  const expected = line?.packages?.map(({ id }) => id) ?? [WHOLE];
  const outcomes = outcomesOf(lot, handOver, expected);
  return expected.flatMap((id) => {
    const ends = outcomes.filter((outcome) => outcome.id === id);
    return ends.length < 2 ? [] : [twoOutcomes(saidOfTrip(trip), handOver.dispatch, { id, ends })];
  });
}

function twoOutcomes(
  said: ReturnType<typeof saidOf>,
  dispatch: HandOver['dispatch'],
  { id, ends }: { id: string; ends: readonly PackageEnd[] },
): Found {
  const by = ends
    .map((end) => end.by)
    .sort()
    .join(', ');
  return insufficient(
    'package-with-two-outcomes',
    {
      facts: { ...said.facts, package: id, by },
      entries: [...said.entries, ...ends.map(({ ref }) => ref)],
    },
    {
      code: 'resolve-hand-over',
      by: dispatch.event.facility,
      what: `find out which statement about package ${id} holds, and have the other corrected`,
    },
  );
}

interface PackageEnd {
  readonly id: string;
  readonly outcome: string;
  readonly by: string;
  readonly ref: EntryRef;
}

/**
 * What anybody said became of the packages. A refusal that ends on the way back is one outcome, not two; so is a loss,
 * a seizure or a return of which both sides tell.
 */
function outcomesOf(lot: string, { receipts, ends }: HandOver, dispatched: readonly string[]): PackageEnd[] {
  const decided = receipts.flatMap(({ event, ref }): PackageEnd[] => {
    const line = event.lots.find((candidate) => candidate.lot === lot);
    if (line === undefined) return [];
    const decisions = line.packages ?? [{ id: WHOLE, decision: line.decision ?? 'refused' }];
    return decisions.map(({ id, decision }) => ({ id, outcome: decision, by: event.facility, ref }));
  });
  const ended = ends.flatMap(({ event, ref }): PackageEnd[] => {
    if (event.type === 'DispatchCancelled')
      return event.lots.includes(lot)
        ? dispatched.map((id) => ({ id, outcome: event.type, by: event.facility, ref }))
        : [];
    return event.packages
      .filter((line) => line.lot === lot)
      .map(({ id }) => ({ id: id ?? WHOLE, outcome: event.type, by: event.facility, ref }));
  });
  const refused = new Set(decided.filter(({ outcome }) => outcome === 'refused').map(({ id }) => id));
  const told = ended.filter(
    ({ id, outcome, by }, index) =>
      !(outcome !== 'DispatchCancelled' && refused.has(id)) &&
      !ended.slice(0, index).some((one) => one.id === id && one.outcome === outcome && one.by !== by),
  );
  return [...decided, ...told];
}

/** C26: containers, seals and packages are the same on both sides. One mismatch, or one side silent: INSUFFICIENT. */
export const c26: Rule = (known) =>
  perLink(known, (link, handOver) => identityFindings(known, link, handOver), 'identifiers-match');

/**
 * C26, version 2: as version 1 for containers and packages. Seals match, too, where one took another's place and both
 * sides can read which, or where an incident report names those that differ; what must follow then is C30's to judge,
 * and so is a seal that was hurt. One mismatch, or one side silent: INSUFFICIENT.
 */
export const c26v2: Rule = (known) =>
  perLink(
    known,
    (link, handOver) => {
      const mismatch = mismatchOf(link);
      const sent = sentSeals(handOver);
      const came = cameSeals(link, handOver);
      const reported = reportedSeals(known, link, handOver);
      const differ = [
        ...sent.filter((seal) => !came.includes(seal)),
        ...came.filter((seal) => !sent.includes(seal)),
      ];
      const explained =
        sameSet(expectedSeals(known, link, handOver), came) || differ.every((seal) => reported.has(seal));
      return [
        ...thingsDiffer(link, handOver, mismatch),
        ...(explained
          ? []
          : [mismatch('seals-differ', { sent: sent.join(' '), received: came.join(' ') }, reportOf(differ))]),
      ];
    },
    'identifiers-match',
  );

type Mismatch = (code: FindingCode, facts: Record<string, string>, cure?: string) => Found;

function mismatchOf(link: Link): Mismatch {
  const said = saidOf(link);
  return (code, facts, cure) =>
    insufficient(
      code,
      { facts: { ...said.facts, ...facts }, entries: said.entries },
      {
        code: 'incident-report',
        by: link.receipt.event.facility,
        what: cure ?? `report the incident, weigh and assay lot ${link.lot} again, and have both sides agree`,
      },
    );
}

/** Containers and packages that are not the same on both sides. */
function thingsDiffer(link: Link, handOver: HandOver, mismatch: Mismatch): Found[] {
  const sent = handOver.dispatch.event.containers ?? [];
  const loads = loadsOf(link, handOver);
  const containers = [...new Set(loads.flatMap(({ event }) => event.containers ?? []))];
  const differ = sameSet(sent, containers)
    ? []
    : [mismatch('containers-differ', { sent: sent.join(' '), received: containers.join(' ') })];
  return [...differ, ...packagesDiffer(link, handOver, mismatch)];
}

function identityFindings(known: Case, link: Link, handOver: HandOver): Found[] {
  const came = link.receipt.event;
  const mismatch = mismatchOf(link);
  const findings = thingsDiffer(link, handOver, mismatch);
  const sent = sentSeals(handOver);
  const found = cameSeals(link, handOver);
  if (!sameSet(sent, found))
    findings.push(mismatch('seals-differ', { sent: sent.join(' '), received: found.join(' ') }));
  const hurt = (came.seals ?? []).filter(({ condition }) => condition !== 'intact');
  for (const { number, condition } of hurt)
    findings.push(mismatch('seal-not-intact', { seal: number, condition }));
  for (const sighting of sightings(known, handOver)) {
    const wrong = sealWrong(sighting, { sent });
    if (wrong !== undefined) findings.push(mismatch('seal-changed-on-the-way', wrong));
  }
  for (const { event } of sealsHurt(known, link, handOver))
    findings.push(
      mismatch('seal-changed-on-the-way', {
        seal: event.seal.number,
        condition: event.type === 'SealBroken' ? 'broken' : event.condition,
        country: event.place?.country ?? 'an unsaid place',
      }),
    );
  return findings;
}

/** Every package that was sent is named on arrival, or somebody says what became of it; no other one is. */
function packagesDiffer(link: Link, handOver: HandOver, mismatch: Mismatch): Found[] {
  const { dispatch, ends } = handOver;
  const of = (lines: readonly { lot: string; packages?: readonly { id: string }[] }[]) =>
    (lines.find(({ lot }) => lot === link.lot)?.packages ?? []).map(({ id }) => id);
  const sent = of(dispatch.event.lots);
  const came = loadsOf(link, handOver).flatMap(({ event }) => of(event.lots));
  const ended = new Set(
    ends.flatMap(({ event }) =>
      event.type === 'DispatchCancelled'
        ? []
        : event.packages.map(({ lot, id }) => (lot === link.lot ? id : undefined)),
    ),
  );
  const missing = sent.filter((id) => !came.includes(id) && !ended.has(id));
  const strange = came.filter((id) => !sent.includes(id));
  return missing.length + strange.length === 0
    ? []
    : [mismatch('packages-differ', { sent: sent.join(' '), received: came.join(' ') })];
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && [...a].sort().join('\n') === [...b].sort().join('\n');
}
