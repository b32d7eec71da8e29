import { epochMilliseconds, isAfter, lastSegment, pastTimesOf } from '@lodemark/domain';
import type { Case } from '../case.js';
import type { Told } from '../effective-events.js';
import { insufficient, type Found } from '../found.js';
import { countingIn } from '../key-standing.js';
import { remembered } from '../remembered.js';

/** By which clocks may be off. */
export const SKEW_MS = 3_600_000;

/**
 * What an event of a facility of the lineage, or a third party in it, says has happened, later than it was covered: it
 * can only be made up (C03, S16).
 */
export function aheadFindings(known: Case): Found[] {
  return known.sorted.told
    .filter(({ event }) => known.hadCustody(event.facility))
    .flatMap((told) => aheadFinding(known, told));
}

/** Asked of the same events by every verdict. */
const pastTimes = remembered(pastTimesOf);

function aheadFinding(known: Case, told: Told): Found[] {
  const { event, entry, ref, retoldAt } = told;
  const covered = retoldAt ?? entry.covered.at;
  const latest = epochMilliseconds(covered) + SKEW_MS;
  const said = [...pastTimes(event), ...attestedTimes(known, told)];
  const ahead = said.find(({ at }) => isAfter(at, latest));
  if (ahead === undefined) return [];
  return [
    insufficient(
      'dated-ahead',
      {
        facts: {
          facility: event.facility,
          type: event.type,
          member: lastSegment(ahead.pointer),
          at: ahead.at,
          covered,
        },
        entries: [ref],
      },
      {
        code: 'correct-times',
        by: event.facility,
        what: `correct what the ${event.type} says of ${ahead.at}, or record it again once it has happened`,
      },
    ),
  ];
}

const ATTESTED = ['statedAt', 'at', 'issuedOn', 'auditedOn', 'screenedOn'] as const;

function attestedTimes({ facts }: Case, { entry }: Told) {
  return countingIn(entry, facts).flatMap((attestation) =>
    ATTESTED.flatMap((member) => {
      const at: unknown = Reflect.get(attestation, member);
      return typeof at === 'string' ? [{ pointer: `/${member}`, at }] : [];
    }),
  );
}
