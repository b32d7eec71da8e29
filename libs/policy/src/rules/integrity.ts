import { utcDate, type Step } from '@lodemark/domain';
import type { Case } from '../case.js';
import { toldOf, type Told } from '../effective-events.js';
import type { EvidenceEntry } from '../evidence.js';
import type { FacilityRecord } from '../root-facts.js';
import { fail, insufficient, orPass, type Found } from '../found.js';
import type { Rule } from '../rule.js';
import { insideSite } from '../site.js';

/**
 * C01: every event of the lineage is signed by a key registered to its facility and valid at the root leaf that first
 * covers it (design.md section 4, Keys). An entry whose key was not good counts for nothing and is INSUFFICIENT; what
 * a revoked key signed in its suspect interval is INSUFFICIENT until the facility attests it again.
 */
export const c01: Rule = (known) => {
  const rejected = known.sorted.rejected.map(({ entry, standing }) =>
    insufficient(
      standing,
      {
        facts: {
          facility: entry.ref.facility,
          eventId: entry.event.eventId,
          kid: entry.kid,
          type: entry.event.type,
        },
        entries: [entry.ref],
      },
      {
        code: 'post-again',
        by: entry.ref.facility,
        what: `record the ${entry.event.type} again under a key that is registered and valid`,
      },
    ),
  );
  const suspect = known.sorted.suspect.map((entry) =>
    insufficient(
      'suspect-key',
      {
        facts: {
          facility: entry.ref.facility,
          eventId: entry.event.eventId,
          kid: entry.kid,
          type: entry.event.type,
        },
        entries: [entry.ref],
      },
      {
        code: 'reattest',
        by: entry.ref.facility,
        what: 'attest the entries of the suspect interval again, or record them again under a new key',
      },
    ),
  );
  return orPass([...rejected, ...suspect], 'all-keys-valid', {
    facts: { entries: known.sorted.told.length },
  });
};

/**
 * C02: each event is unique, nothing contradicts it under its own id, nothing of the lineage is parked or stands in a
 * log with a fault, and a chain that the client kept (`prev`) fits. Missing: INSUFFICIENT.
 */
export const c02: Rule = (known) => {
  const { sorted, evidence } = known;
  const against = [
    ...sorted.conflicts.map((entry) => contradiction(entry, 'conflicting-statement')),
    ...sorted.repeated.map((entry) => contradiction(entry, 'event-id-repeated')),
    ...sorted.orphanCorrections.map((entry) => contradiction(entry, 'correction-without-target')),
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
  ];
  return orPass(against, 'no-contradiction', { facts: { entries: sorted.told.length } });
};

function contradiction(entry: EvidenceEntry, code: string): Found {
  return insufficient(
    code,
    {
      facts: { facility: entry.ref.facility, eventId: entry.event.eventId, type: entry.event.type },
      entries: [entry.ref],
    },
    {
      code: 'correct',
      by: entry.ref.facility,
      what: 'say which of the contradicting statements holds, by a correction of the recorded one',
    },
  );
}

/** A dispute about a lot of the lineage that nobody has reconciled. */
function openDisputes({ lots, lineage }: Case): Found[] {
  const disputes = new Map(
    lots
      .flatMap((lot) => toldOf(lineage.namingLot(lot), 'Disputed'))
      .map((told) => [`${told.ref.facility} ${told.event.eventId}`, told]),
  );
  const settled = new Set(
    lots
      .flatMap((lot) => toldOf(lineage.namingLot(lot), 'Reconciled'))
      .map(({ event }) => `${event.dispute.facility} ${event.dispute.eventId}`),
  );
  return [...disputes]
    .filter(([key]) => !settled.has(key))
    .map(([, { event, ref }]) =>
      insufficient(
        'dispute-open',
        { facts: { facility: event.facility, about: event.about, lots: [...event.lots] }, entries: [ref] },
        {
          code: 'reconcile',
          by: event.facility,
          what: 'settle the dispute, by an umpire if need be, and record how',
        },
      ),
    );
}

function faults({ evidence, lineage, lots }: Case): Found[] {
  const facilities = new Set(
    lots.flatMap((lot) => [
      lot.split('/')[0] ?? '',
      ...lineage.namingLot(lot).map(({ ref }) => ref.facility),
    ]),
  );
  return evidence.faults
    .filter(({ facility }) => facilities.has(facility))
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

function brokenChains({ sorted: { told } }: Case): Found[] {
  const leaves = new Map(told.map(({ ref }) => [`${ref.facility} ${ref.leaf}`, ref.index]));
  return told.flatMap(({ event, ref }) => {
    if (event.prev === undefined) return [];
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

/**
 * C05: the facility existed, was operating and is permitted the step on that date, inside its site. Outside the
 * operating interval FAIL; not registered, not permitted, or a mine without the polygon of its licence: INSUFFICIENT.
 */
export const c05: Rule = (known) => {
  const roots = toldOf(known.roots, 'LotCreated');
  const steps: { told: Told; step: Step | null; times: string[] }[] = [
    ...known.processes.map(({ told, step }) => ({
      told,
      step: step === 'SPLIT' || step === 'BLEND' ? null : step,
      times:
        told.event.type === 'Transformed'
          ? [told.event.startedAt, told.event.endedAt].filter((time) => time !== undefined)
          : [],
    })),
    ...roots.map((told) => {
      const { origin } = told.event;
      const mined = origin.kind === 'mined';
      return {
        told,
        step: mined ? ('MINE' as const) : null,
        times: mined ? [origin.minedFrom, origin.minedTo].filter((time) => time !== undefined) : [],
      };
    }),
    ...known.links.map(({ receipt }) => ({ told: receipt, step: null, times: [] })),
  ];
  return orPass(
    steps.flatMap((one) => facilityFindings(known, one)),
    'facilities-in-order',
    { facts: { steps: steps.length } },
  );
};

function facilityFindings(
  known: Case,
  { told, step, times }: { told: Told; step: Step | null; times: string[] },
): Found[] {
  const { facility } = told.event;
  const record = known.steady(
    told,
    (instant) => known.facts.facility(facility, instant),
    known.facts.facilityChanges(facility),
  );
  const said = {
    facts: { facility, step: step ?? told.event.type, occurredAt: told.event.occurredAt },
    entries: [told.ref],
  };
  if (record === undefined) {
    const known1 = known.facts.facility(facility, told.event.occurredAt) !== undefined;
    return [
      insufficient(known1 ? 'facility-changed-meanwhile' : 'facility-not-registered', said, {
        code: 'register-facility',
        by: facility,
        what: known1
          ? 'record the event while the facility’s record is the one it happened under'
          : 'register the facility in the root log',
      }),
    ];
  }
  return [
    ...operatingFindings(record, { told, times, said }),
    ...permissionFindings(record, step, said),
    ...siteFindings(record, { told, step }, said),
  ];
}

interface SaidFacts {
  readonly facts: { facility: string; step: string; occurredAt: string };
  readonly entries: Told['ref'][];
}

function operatingFindings(
  record: FacilityRecord,
  { told, times, said }: { told: Told; times: string[]; said: SaidFacts },
): Found[] {
  const { from, to } = record.operating;
  const within = (instant: string) => {
    const date = utcDate(instant);
    return date >= from && (to === undefined || date <= to);
  };
  const facts = { ...said.facts, operatingFrom: from, operatingTo: to ?? 'open' };
  const cure = {
    code: 'amend-facility',
    by: record.facility,
    what: 'show that the facility was operating then, by an amendment with evidence',
  };
  if ([told.event.occurredAt, ...times].some((time) => !within(time)))
    return [fail('outside-operating-interval', { ...said, facts }, cure)];
  if (!within(told.entry.covered.at))
    return [
      insufficient(
        'operating-interval-uncertain',
        { ...said, facts: { ...facts, coveredAt: told.entry.covered.at } },
        cure,
      ),
    ];
  return [];
}

function permissionFindings(record: FacilityRecord, step: Step | null, said: SaidFacts): Found[] {
  if (step === null || record.steps.some((permitted) => permitted.step === step)) return [];
  return [
    insufficient('step-not-permitted', said, {
      code: 'amend-facility',
      by: record.facility,
      what: `have ${step} registered among the facility’s steps`,
    }),
  ];
}

function siteFindings(
  record: FacilityRecord,
  { told, step }: { told: Told; step: Step | null },
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

/** C51: every finding that is no pass says what would cure it; the registry of rules checks it of all of them. */
export const c51: Rule = () => [{ outcome: 'PASS', code: 'reasons-given', facts: {}, entries: [] }];
