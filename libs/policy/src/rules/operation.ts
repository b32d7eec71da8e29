import { utcDate, type Step } from '@lodemark/domain';
import type { Case } from '../case.js';
import { toldOf, type Told } from '../effective-events.js';
import type { FacilityRecord } from '../root-facts.js';
import { distinctFindings, fail, insufficient, orPass, type Found } from '../found.js';
import { isNeutral } from '../forms.js';
import { isWithin } from '../interval.js';
import type { Rule } from '../rule.js';
import { insideSite } from '../site.js';

/**
 * C05: the facility existed, was operating and is permitted the step on that date, inside its site. Outside the
 * operating interval FAIL; not registered, not permitted, a mine without the polygon of its licence, mined under
 * another licence than the registered one, repacked in another country, or an answer that changes before a root checkpoint
 * covers the event: INSUFFICIENT.
 */
export const c05: Rule = (known) => {
  const steps: StepTold[] = [
    ...known.processes.map(({ told, step }) => ({
      told,
      step: isNeutral(step) ? null : step,
      times:
        told.event.type === 'Transformed'
          ? [told.event.startedAt, told.event.endedAt].filter((time) => time !== undefined)
          : [],
    })),
    ...known.roots.map((told) => {
      const { origin } = told.event;
      const mined = origin.kind === 'mined';
      return {
        told,
        step: mined ? ('MINE' as const) : null,
        times: mined ? [origin.minedFrom, origin.minedTo].filter((time) => time !== undefined) : [],
      };
    }),
    ...known.lots.flatMap((lot) =>
      toldOf(known.lineage.namingLot(lot), 'Repacked')
        .filter(({ entry }) => known.concerns(entry))
        .map((told) => ({ told, step: null, times: [] })),
    ),
    ...known.links.flatMap(({ receipt, handOver }) =>
      [receipt, ...(handOver === undefined ? [] : [handOver.dispatch])].map((told) => ({
        told,
        step: null,
        times: [],
      })),
    ),
  ];
  return orPass(
    distinctFindings(steps.flatMap((one) => facilityFindings(known, one))),
    'facilities-in-order',
    { facts: { steps: steps.length } },
  );
};

interface StepTold {
  readonly told: Told;
  readonly step: Step | null;
  /** When the step itself is said to have begun and ended. */
  readonly times: readonly string[];
}

interface SaidFacts {
  readonly facts: { facility: string; step: string; occurredAt: string };
  readonly entries: Told['ref'][];
}

/** The facility's record as it reads at one instant. */
interface RecordAt {
  readonly instant: string;
  readonly record: FacilityRecord;
}

function facilityFindings(known: Case, { told, step, times }: StepTold): Found[] {
  const { facility } = told.event;
  const said = {
    facts: { facility, step: step ?? told.event.type, occurredAt: told.event.occurredAt },
    entries: [told.ref],
  };
  const instants = known.instantsOf(told, known.facts.facilityChanges(facility), times);
  const records = instants.flatMap((instant): RecordAt[] => {
    const record = known.facts.facility(facility, instant);
    return record === undefined ? [] : [{ instant, record }];
  });
  const [first] = records;
  if (first === undefined)
    return [
      insufficient('facility-not-registered', said, {
        code: 'register-facility',
        by: facility,
        what: 'register the facility in the root log',
      }),
    ];
  const claimed = new Set([told.event.occurredAt, ...times]);
  return [
    ...operatingFindings(records, claimed, said),
    ...permissionFindings(records, step, said),
    ...licenceFindings(records, told, said),
    ...distinctFindings(records.flatMap(({ record }) => siteFindings(record, { told, step }, said))),
    ...distinctFindings(records.flatMap(({ record }) => repackedElsewhere(record, told, said))),
  ];
}

/** Who repacks opens what it holds, and holds it where it is. */
function repackedElsewhere(record: FacilityRecord, { event }: Told, said: SaidFacts): Found[] {
  if (event.type !== 'Repacked' || event.place === undefined || event.place.country === record.country)
    return [];
  const { country } = event.place;
  return [
    insufficient(
      'repacked-elsewhere',
      { ...said, facts: { ...said.facts, lot: event.lot, country, registered: record.country } },
      {
        code: 'explain-position',
        by: record.facility,
        what: `record who had lot ${event.lot} in ${country}, by dispatch and receipt, or correct where it was repacked`,
      },
    ),
  ];
}

function operatingFindings(
  records: readonly RecordAt[],
  claimed: ReadonlySet<string>,
  said: SaidFacts,
): Found[] {
  const outside = records.filter(({ instant, record }) => !operated(record, instant));
  const [first] = outside;
  if (first === undefined) return [];
  const { from, to } = first.record.operating;
  const facts = { ...said.facts, at: first.instant, operatingFrom: from, operatingTo: to ?? 'open' };
  const cure = {
    code: 'amend-facility',
    by: first.record.facility,
    what: 'show that the facility was operating then, by an amendment with evidence',
  };
  // Under every reading of the record that the event may have happened under, not one alone.
  const surely = outside.some(
    ({ instant }) => claimed.has(instant) && records.every(({ record }) => !operated(record, instant)),
  );
  return surely
    ? [fail('outside-operating-interval', { ...said, facts }, cure)]
    : [insufficient('operating-interval-uncertain', { ...said, facts }, cure)];
}

function operated({ operating }: FacilityRecord, instant: string): boolean {
  return isWithin(operating, utcDate(instant));
}

function permissionFindings(records: readonly RecordAt[], step: Step | null, said: SaidFacts): Found[] {
  const without = records.find(({ record }) => !record.steps.some((permitted) => permitted.step === step));
  if (step === null || without === undefined) return [];
  return [
    insufficient(
      'step-not-permitted',
      { ...said, facts: { ...said.facts, at: without.instant } },
      {
        code: 'amend-facility',
        by: without.record.facility,
        what: `have ${step} registered among the facility’s steps, from before it was done`,
      },
    ),
  ];
}

/** What was mined was mined under the licence whose polygon is the site, where one is registered. */
function licenceFindings(records: readonly RecordAt[], { event }: Told, said: SaidFacts): Found[] {
  if (event.type !== 'LotCreated' || event.origin.kind !== 'mined') return [];
  const stated = event.origin.licence.trim().toLowerCase();
  const other = records.find(
    ({ record: { licence } }) => licence !== undefined && licence.trim().toLowerCase() !== stated,
  );
  if (other === undefined) return [];
  const { facility, licence = '' } = other.record;
  return [
    insufficient(
      'licence-differs',
      {
        ...said,
        facts: { ...said.facts, lot: event.lot, stated: event.origin.licence, registered: licence },
      },
      {
        code: 'amend-facility',
        by: facility,
        what: `have the licence ${event.origin.licence} registered with its polygon, or correct what lot ${event.lot} was mined under`,
      },
    ),
  ];
}

function siteFindings(
  record: FacilityRecord,
  { told, step }: Pick<StepTold, 'told' | 'step'>,
  said: SaidFacts,
): Found[] {
  const { position } = told.event;
  if (record.site === undefined) {
    if (step !== 'MINE') return [];
    return [
      insufficient('site-not-registered', said, {
        code: 'amend-facility',
        by: record.facility,
        what: 'register the polygon of the mining licence',
      }),
    ];
  }
  if (position === undefined || insideSite(position, record.site)) return [];
  return [
    insufficient(
      'outside-site',
      { ...said, facts: { ...said.facts, latitude: position.latitude, longitude: position.longitude } },
      {
        code: 'explain-position',
        by: record.facility,
        what: 'explain why the event was reported from outside the site, or amend the site',
      },
    ),
  ];
}
