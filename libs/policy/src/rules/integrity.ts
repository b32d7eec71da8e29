import { epochMilliseconds, utcDate, type Step } from '@lodemark/domain';
import type { Case } from '../case.js';
import { distinctTold, toldOf, type Told } from '../effective-events.js';
import type { EvidenceEntry } from '../evidence.js';
import type { FacilityRecord } from '../root-facts.js';
import { distinctFindings, fail, insufficient, note, orPass, type Found } from '../found.js';
import { isNeutral } from '../forms.js';
import { isWithin } from '../interval.js';
import type { Rule } from '../rule.js';
import type { FindingCode } from '../sentences.js';
import type { Cure } from '../verdict.js';
import { insideSite } from '../site.js';

/**
 * C01: every event of the lineage is signed by a key registered to its facility and valid at the root leaf that first
 * covers it (design.md section 4, Keys). An entry whose key was not good counts for nothing and is INSUFFICIENT; what
 * a revoked key signed in its suspect interval is INSUFFICIENT until the facility attests it again. What a facility
 * without custody of the lot says under a bad key is noted.
 */
export const c01: Rule = (known) => {
  const rejected = known.sorted.rejected.map(({ entry, standing }) =>
    doubtOrNote(known, entry, {
      code: standing,
      cure: {
        code: 'post-again',
        by: entry.ref.facility,
        what: `record the ${entry.event.type} again under a key that is registered and valid`,
      },
    }),
  );
  const suspect = known.sorted.suspect.map((entry) =>
    doubtOrNote(known, entry, {
      code: 'suspect-key',
      cure: {
        code: 'reattest',
        by: entry.ref.facility,
        what: 'attest the entries of the suspect interval again, or record them again under a new key',
      },
    }),
  );
  return orPass([...rejected, ...suspect], 'all-keys-valid', {
    facts: { entries: toldOfLineage(known) },
  });
};

/** How many events count that concern the lineage, whatever else the evidence holds. */
function toldOfLineage(known: Case): number {
  return known.sorted.told.filter(({ entry }) => known.concerns(entry)).length;
}

/** INSUFFICIENT from a facility that had custody of the lot; from a stranger a note, who could stop anybody otherwise. */
function doubtOrNote(
  known: Case,
  entry: EvidenceEntry,
  { code, cure }: { code: FindingCode; cure: Cure },
): Found {
  const { ref, event, kid } = entry;
  const said = {
    facts: { facility: ref.facility, eventId: event.eventId, kid, type: event.type },
    entries: [ref],
  };
  return known.concerns(entry)
    ? insufficient(code, said, cure)
    : note('word-of-stranger', { ...said, facts: { ...said.facts, why: code } });
}

/**
 * C02: each event is unique, nothing contradicts it under its own id, nothing of the lineage is parked or stands in a
 * log with a fault, and a chain that the client kept (`prev`) fits. Missing: INSUFFICIENT.
 */
export const c02: Rule = (known) => {
  const { sorted, evidence, lineage } = known;
  const against = [
    ...sorted.conflicts
      .filter((entry) => !isResolved(known, entry))
      .map((entry) => contradiction(known, entry, 'conflicting-statement')),
    ...sorted.repeated.map((entry) => contradiction(known, entry, 'event-id-repeated')),
    ...sorted.orphanCorrections.map((entry) => contradiction(known, entry, 'correction-without-target')),
    ...sorted.misfitCorrections.map((entry) => contradiction(known, entry, 'correction-misfit')),
    ...lineage.usurping.map(({ entry }) => contradiction(known, entry, 'lot-of-another-facility')),
    ...evidence.parked.map(({ ref, reason }) =>
      insufficient(
        'entry-parked',
        { facts: { facility: ref.facility, reason }, entries: [ref] },
        {
          code: 'resolve-parked',
          by: ref.facility,
          what: 'resolve the entry that cannot be applied: newer software, or a correction by the facility',
        },
      ),
    ),
    ...openDisputes(known),
    ...faults(known),
    ...brokenChains(known),
    ...usedBeforeHad(known),
  ];
  return orPass(against, 'no-contradiction', { facts: { entries: toldOfLineage(known) } });
};

/** Once the facility has corrected, or said again, what it contradicted, it is known which of the two holds. */
function isResolved({ sorted }: Case, { ref, event }: EvidenceEntry): boolean {
  return (sorted.correctedEvents.get(`${ref.facility} ${event.eventId}`)?.ref.index ?? -1) > ref.index;
}

function contradiction(known: Case, entry: EvidenceEntry, code: FindingCode): Found {
  return doubtOrNote(known, entry, {
    code,
    cure: {
      code: 'correct',
      by: entry.ref.facility,
      what: 'say which of the contradicting statements holds, by a correction of the recorded one',
    },
  });
}

/** Disputes about a lot of the lineage, between facilities that had custody of it, that are not settled. */
function openDisputes(known: Case): Found[] {
  const { lots, lineage } = known;
  const disputes = distinctTold(lots.flatMap((lot) => toldOf(lineage.namingLot(lot), 'Disputed')));
  const settlements = distinctTold(lots.flatMap((lot) => toldOf(lineage.namingLot(lot), 'Reconciled')));
  return disputes.flatMap((dispute) => {
    const { event, ref, entry } = dispute;
    const said = {
      facts: { facility: event.facility, about: event.about, lots: [...event.lots] },
      entries: [ref],
    };
    if (!known.concerns(entry))
      return [
        note('word-of-stranger', {
          ...said,
          facts: { ...said.facts, type: event.type, why: 'dispute-open' },
        }),
      ];
    if (settlements.some((settlement) => settles(known, settlement, dispute))) return [];
    return [
      insufficient('dispute-open', said, {
        code: 'reconcile',
        by: event.facility,
        what: 'settle the dispute, by an umpire if need be: whoever raised it records how, and what was found wrong is corrected',
      }),
    ];
  });
}

/** Only who raised a dispute can end it; what it found to be right must have been corrected by the other side since. */
function settles(known: Case, { event }: Told<'Reconciled'>, dispute: Told<'Disputed'>): boolean {
  if (event.dispute.facility !== dispute.event.facility || event.dispute.eventId !== dispute.event.eventId)
    return false;
  if (event.facility !== dispute.event.facility) return false;
  const { target } = dispute.event;
  if (event.outcome !== 'upheld') return true;
  const corrected = known.sorted.correctedEvents.get(`${target.facility} ${target.eventId}`);
  return corrected !== undefined && corrected.covered.rootIndex >= dispute.entry.covered.rootIndex;
}

function faults(known: Case): Found[] {
  return known.evidence.faults
    .filter(({ facility }) => known.hadCustody(facility))
    .sort((a, b) => a.index - b.index)
    .map(({ facility, kind, fromIndex, index }) =>
      insufficient(
        'log-fault',
        { facts: { facility, kind, fromIndex, rootIndex: index } },
        {
          code: 'resolve-fault',
          by: facility,
          what: 'show the whole log, or explain the fork, to the registrar',
        },
      ),
    );
}

function brokenChains(known: Case): Found[] {
  const { told } = known.sorted;
  const leaves = new Map(told.map(({ ref }) => [`${ref.facility} ${ref.leaf}`, ref.index]));
  return told.flatMap(({ event, ref, entry }) => {
    if (event.prev === undefined || !known.concerns(entry)) return [];
    const before = leaves.get(`${ref.facility} ${event.prev}`);
    if (before === undefined || before < ref.index) return [];
    return [
      insufficient(
        'chain-out-of-order',
        { facts: { facility: ref.facility, eventId: event.eventId }, entries: [ref] },
        {
          code: 'explain',
          by: ref.facility,
          what: 'explain why the event names a later entry as the one before it',
        },
      ),
    ];
  });
}

const HOUR_MS = 3_600_000;

/** Nothing is used or sent before it was made or received, give and take an hour by which clocks may be off. */
function usedBeforeHad(known: Case): Found[] {
  const found = known.custodies.flatMap(({ lot, facility, from, to }): Found[] => {
    if (to === undefined) return [];
    const [had] = timesOf(from);
    const used = timesOf(to).at(-1);
    if (had === undefined || used === undefined) return [];
    if (epochMilliseconds(had) <= epochMilliseconds(used) + HOUR_MS) return [];
    return [
      insufficient(
        'used-before-had',
        { facts: { facility, lot, had, used }, entries: [from.ref, to.ref] },
        {
          code: 'correct-times',
          by: facility,
          what: `correct when lot ${lot} was made or came, or when it was used or sent`,
        },
      ),
    ];
  });
  return distinctFindings(found);
}

/** When an event may have happened by its own word, earliest first. */
function timesOf({ event }: Told): string[] {
  const ended = event.type === 'Transformed' ? event.endedAt : undefined;
  return [event.occurredAt, ...(ended === undefined ? [] : [ended])].sort(
    (a, b) => epochMilliseconds(a) - epochMilliseconds(b),
  );
}

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

/** C51: every finding that is no pass says what would cure it; nothing can be said without one (`found.ts`). */
export const c51: Rule = () => [{ outcome: 'PASS', code: 'reasons-given', facts: {}, entries: [] }];
