import { epochMilliseconds } from '@lodemark/domain';
import type { Case, Link, Trip } from '../case.js';
import type { Told } from '../effective-events.js';
import type { EntryRef } from '../evidence.js';
import { insufficient, notApplicable, orPass, type Found } from '../found.js';
import type { HandOver } from '../lineage.js';
import type { Rule } from '../rule.js';
import type { FindingCode } from '../sentences.js';
import { cutAtReceipt, sealEvents, sightings, type SealEvent } from '../transit.js';
import { loadsOf, perLink, saidOf, saidOfTrip } from './link-findings.js';

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
        { code: 'record-dispatch', by: 'sender', what: 'record the dispatch that the receipt names' },
      ),
    );
  const against = [
    ...gaps,
    ...unseen,
    ...known.links.flatMap((link) =>
      link.handOver === undefined ? [] : outcomeFindings(link, link.handOver),
    ),
    ...known.trips.flatMap((trip) => (trip.end.event.type === 'Received' ? [] : returnFindings(trip))),
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

function identityFindings(known: Case, link: Link, handOver: HandOver): Found[] {
  const sent = handOver.dispatch.event;
  const came = link.receipt.event;
  const said = saidOf(link);
  const mismatch = (code: FindingCode, facts: Record<string, string>): Found =>
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
  const loads = loadsOf(link, handOver).map(({ event }) => event);
  const containers = [...new Set(loads.flatMap((load) => load.containers ?? []))];
  if (!sameSet(sent.containers ?? [], containers))
    findings.push(
      mismatch('containers-differ', {
        sent: (sent.containers ?? []).join(' '),
        received: containers.join(' '),
      }),
    );
  findings.push(...packagesDiffer(link, handOver, mismatch));
  const sentSeals = (sent.seals ?? []).map(({ number }) => number);
  const cameSeals = [...new Set(loads.flatMap((load) => (load.seals ?? []).map(({ number }) => number)))];
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
    const opened = sentSeals.length > 0 && (sighting.kind === 'opened' || sighting.sealed === false);
    if (bad !== undefined || opened)
      findings.push(
        mismatch('seal-changed-on-the-way', {
          seal: bad?.number ?? sentSeals.join(' '),
          condition: bad === undefined ? 'opened' : (bad.condition ?? 'another'),
          country: sighting.country ?? 'an unsaid place',
        }),
      );
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

/** Seals of the dispatch that somebody found hurt before they came, and said so without naming the dispatch. */
function sealsHurt(known: Case, { lot, receipt }: Link, handOver: HandOver): Told<SealEvent>[] {
  const sent = (handOver.dispatch.event.seals ?? []).map(({ number }) => number);
  const came = epochMilliseconds(receipt.event.occurredAt);
  return sealEvents(known, lot).filter(
    (told) =>
      told.event.dispatch === undefined &&
      sent.includes(told.event.seal.number) &&
      !cutAtReceipt(known, handOver, told) &&
      (told.event.facility !== receipt.event.facility || epochMilliseconds(told.event.occurredAt) < came),
  );
}

/** Every package that was sent is named on arrival, or somebody says what became of it; no other one is. */
function packagesDiffer(
  link: Link,
  handOver: HandOver,
  mismatch: (code: FindingCode, facts: Record<string, string>) => Found,
): Found[] {
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
