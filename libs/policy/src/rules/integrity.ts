import { epochMilliseconds } from '@lodemark/domain';
import type { Case } from '../case.js';
import { distinctTold, toldOf, type Told } from '../effective-events.js';
import type { EvidenceEntry } from '../evidence.js';
import { distinctFindings, insufficient, note, orPass, type Found } from '../found.js';
import type { Rule } from '../rule.js';
import type { FindingCode } from '../sentences.js';
import type { Cure } from '../verdict.js';

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

/** C51: every finding that is no pass says what would cure it; nothing can be said without one (`found.ts`). */
export const c51: Rule = () => [{ outcome: 'PASS', code: 'reasons-given', facts: {}, entries: [] }];
