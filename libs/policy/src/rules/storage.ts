import { epochMilliseconds, utcDate } from '@lodemark/domain';
import type { Case, Custody } from '../case.js';
import { toldOf, type Told } from '../effective-events.js';
import { escalated, limitUnstated, orPassIfNone } from '../escalation.js';
import { insufficient, notApplicable, type Found } from '../found.js';
import type { PolicyParameters } from '../policy-document.js';
import { remembered } from '../remembered.js';
import { push } from '../root-facts.js';
import type { Rule } from '../rule.js';
import type { FindingCode } from '../sentences.js';

type Limits = NonNullable<PolicyParameters['storage']>;

/**
 * C31: what a facility keeps for longer than the policy takes for work in progress lies in an identified, segregated
 * store and is found at every stock count (domain.md 5.2, 6). Missing: INSUFFICIENT. While the lot asked about still
 * lies with its last holder, as far as anybody says, what is missing may be yet to come: escalated.
 */
export const c31: Rule = (known) => {
  const limits = known.parameters.storage;
  if (limits === undefined) return limitUnstated('storage');
  const kept = known.custodies
    .map((custody) => ({ ...custody, till: custody.to?.event.occurredAt ?? known.evidence.horizon.at }))
    .filter(({ from, till }) => longer(from.event.occurredAt, till, limits.fromDays));
  if (kept.length === 0) return [notApplicable('nothing-stored')];
  const against = kept.flatMap((custody) => storageFindings(known, limits, custody));
  return orPassIfNone(against, 'storage-segregated', { facts: { custodies: kept.length } });
};

type Kept = Custody & { readonly till: string };

/** Whether more than so many days lie between two instants. */
function longer(from: string, to: string, dayCount: number): boolean {
  return epochMilliseconds(to) - epochMilliseconds(from) > dayCount * DAY_MS;
}

function storageFindings(known: Case, { countedEveryDays }: Limits, custody: Kept): Found[] {
  const { lot, facility, from, to, till } = custody;
  const range = { lot, facility, from: utcDate(from.event.occurredAt), to: utcDate(till) };
  const say: Say = (code, { what, cure, facts = {}, entries }) => {
    const said = { facts: { ...range, ...facts }, entries: entries.map(({ ref }) => ref) };
    return to === undefined
      ? escalated({ known, check: 'C31' }, code, { ...said, cure: { code: cure, by: facility, what } })
      : insufficient(code, said, { code: cure, by: facility, what });
  };
  return [...placeFindings(known, custody, say), ...countFindings(known, { custody, countedEveryDays }, say)];
}

interface Reason {
  readonly cure: string;
  readonly what: string;
  readonly facts?: Readonly<Record<string, string | number>>;
  readonly entries: readonly Told[];
}

type Say = (code: FindingCode, reason: Reason) => Found;

function placeFindings(known: Case, custody: Kept, say: Say): Found[] {
  const { lot, facility, from, to } = custody;
  const stored = toldOf(known.lineage.namingLot(lot), 'Stored').filter(
    ({ event }) => event.facility === facility && during(custody, event.occurredAt),
  );
  if (stored.length === 0)
    return [
      say('storage-unidentified', {
        cure: 'record-storage',
        what: `record where lot ${lot} was stored, and that it was kept apart`,
        entries: to === undefined ? [from] : [from, to],
      }),
    ];
  const mixed = stored.filter(({ event }) => !event.segregated);
  if (mixed.length === 0) return [];
  return [
    say('storage-not-segregated', {
      cure: 'segregate',
      what: `show how lot ${lot} was told from other material in the same place`,
      facts: { location: mixed[0]?.event.location ?? '' },
      entries: mixed,
    }),
  ];
}

interface Counting {
  readonly custody: Kept;
  readonly countedEveryDays: number;
}

function countFindings(known: Case, { custody, countedEveryDays }: Counting, say: Say): Found[] {
  const { lot, facility, from, till } = custody;
  const counts = (countsBy(known.lineage.told).get(facility) ?? []).filter(({ event }) =>
    during(custody, event.occurredAt),
  );
  const seen = counts.filter((count) => found(count, lot));
  const absent = counts.filter((count) => count.event.complete && !found(count, lot));
  const times = [from.event.occurredAt, ...seen.map(({ event }) => event.occurredAt), till];
  const uncounted = times.some(
    (time, index) => index > 0 && longer(times[index - 1] ?? time, time, countedEveryDays),
  );
  return [
    ...(absent.length === 0
      ? []
      : [
          say('counted-absent', {
            cure: 'recount',
            what: `say where lot ${lot} was when the stock was counted and it was not there`,
            entries: absent,
          }),
        ]),
    ...(uncounted
      ? [
          say('not-counted', {
            cure: 'count-stock',
            what: `count lot ${lot} at least every ${String(countedEveryDays)} days, and record the counts`,
            facts: { countedEveryDays },
            entries: [from],
          }),
        ]
      : []),
  ];
}

/** Stock counts of each facility: one that does not name a lot may say that it was not there. */
const countsBy = remembered((told: readonly Told[]) => {
  const byFacility = new Map<string, Told<'InventoryCounted'>[]>();
  for (const count of toldOf(told, 'InventoryCounted')) push(byFacility, count.event.facility, count);
  return byFacility;
});

function found({ event }: Told<'InventoryCounted'>, lot: string): boolean {
  return event.counted.some((line) => line.lot === lot && /[1-9]/.test(line.mass.net.value));
}

function during({ from, till }: Kept, at: string): boolean {
  const time = epochMilliseconds(at);
  return epochMilliseconds(from.event.occurredAt) <= time && time <= epochMilliseconds(till);
}

const DAY_MS = 86_400_000;
