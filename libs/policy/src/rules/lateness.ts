import { epochMilliseconds, Rational } from '@lodemark/domain';
import type { Case } from '../case.js';
import { distinctTold, type Told } from '../effective-events.js';
import { countingIn } from '../key-standing.js';
import { insufficient, notApplicable, orPass, type Found } from '../found.js';
import type { Rule } from '../rule.js';
import { aheadFindings, SKEW_MS } from './ahead.js';

const HOUR_MS = 3_600_000;
const HOUR = Rational.parse('3600000');

type Kind = 'receipts' | 'dispatches' | 'steps' | 'reports';

/**
 * C03: what happened was told in time (domain.md 5.3.5 and 6.1): from `occurredAt` to the root checkpoint that first
 * covers the entry, or the correction that made another happening of it, no longer than the limit for its kind, unless
 * a third party's own statement of that time is with it; and not before it happened, nor before anything else
 * happened that it tells of. Otherwise INSUFFICIENT.
 */
export const c03: Rule = (known) => {
  const limits = known.parameters.latenessHours;
  if (limits === undefined) return [notApplicable('policy-without-lateness')];
  const told = toldByKind(known);
  const against = [
    ...told.flatMap(({ kind, told: one }) => lateFindings(known, one, limits[kind])),
    ...aheadFindings(known),
  ];
  return orPass(against, 'told-in-time', { facts: { events: told.length } });
};

function toldByKind(known: Case): { kind: Kind; told: Told }[] {
  const handOvers = known.trips.map(({ handOver }) => handOver);
  const of = (kind: Kind, told: readonly Told[]) =>
    distinctTold(told)
      .filter(({ entry }) => known.concerns(entry))
      .map((one) => ({ kind, told: one }));
  return [
    ...of('steps', [...known.processes.map((process) => process.told), ...known.roots]),
    ...of(
      'receipts',
      known.links.map(({ receipt }) => receipt),
    ),
    ...of(
      'dispatches',
      handOvers.map(({ dispatch }) => dispatch),
    ),
    ...of(
      'reports',
      handOvers.flatMap(({ reports, ends }) => [...reports, ...ends]),
    ),
  ];
}

function lateFindings(known: Case, told: Told, limitHours: number): Found[] {
  const { event, entry, ref, retoldAt } = told;
  const seen = retoldAt ?? entry.covered.at;
  const lag = epochMilliseconds(seen) - epochMilliseconds(event.occurredAt);
  const facts = { facility: event.facility, type: event.type, occurredAt: event.occurredAt, covered: seen };
  if (lag < -SKEW_MS)
    return [
      insufficient(
        'told-before-it-happened',
        { facts, entries: [ref] },
        { code: 'correct-times', by: event.facility, what: `correct when the ${event.type} happened` },
      ),
    ];
  if (lag <= limitHours * HOUR_MS || isDatedByThirdParty(known, told, limitHours)) return [];
  const hours = Rational.parse(String(lag)).div(HOUR).toDecimal(1);
  return [
    insufficient(
      'told-late',
      { facts: { ...facts, hours, limitHours }, entries: [ref] },
      {
        code: 'third-voice',
        by: event.facility,
        what: `record the ${event.type} with a third party's own statement of when it happened`,
      },
    ),
  ];
}

/** The external timestamp: somebody else under its own key says that it was about that time. */
function isDatedByThirdParty({ facts }: Case, { event, entry, retoldAt }: Told, limitHours: number): boolean {
  if (retoldAt !== undefined) return false;
  return countingIn(entry, facts).some((attestation) => {
    if (!('at' in attestation)) return false;
    if (facts.facility(event.facility, event.occurredAt)?.organization === attestation.organization)
      return false;
    const lag = epochMilliseconds(attestation.at) - epochMilliseconds(event.occurredAt);
    return lag >= -SKEW_MS && lag <= limitHours * HOUR_MS;
  });
}
