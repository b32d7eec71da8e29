import { epochMilliseconds, utcDate, type Mass } from '@lodemark/domain';
import type { Case } from '../case.js';
import type { Told } from '../effective-events.js';
import { escalated, limitUnstated, orPassIfNone } from '../escalation.js';
import { notApplicable, type Found } from '../found.js';
import { push } from '../root-facts.js';
import type { Rule } from '../rule.js';

interface Weighing {
  readonly told: Told;
  readonly mass: Mass;
}

/**
 * C43: what was made and what changed hands was weighed on scales that are named and were calibrated on the day of use
 * (domain.md 5.3.1). Otherwise the grade of the evidence is lower: a note, or INSUFFICIENT where the policy demands it.
 */
export const c43: Rule = (known) => {
  const days = known.parameters.scaleCalibrationDays;
  if (days === undefined) return limitUnstated('scaleCalibrationDays');
  const weighings = weighingsOf(known);
  if (weighings.length === 0) return [notApplicable('nothing-weighed')];
  const doubtful = new Map<string, Told[]>();
  for (const { told, mass } of weighings)
    if (!isCalibrated(mass, utcDate(told.event.occurredAt), days))
      push(doubtful, `${told.event.facility} ${mass.scale?.id ?? ''}`, told);
  const found = [...doubtful.values()].flatMap((all) => scaleFindings(known, all));
  return orPassIfNone(found, 'scales-calibrated', { facts: { weighings: weighings.length } });
};

function weighingsOf(known: Case): Weighing[] {
  const made = known.processes.flatMap(({ told, outputs }) =>
    told.event.type === 'Transformed' ? outputs.map(({ mass }) => ({ told, mass })) : [],
  );
  const moved = known.links.flatMap(({ lot, receipt, handOver }): Weighing[] => {
    const sides = handOver === undefined ? [receipt] : [handOver.dispatch, receipt];
    return sides.flatMap((told) =>
      told.event.lots.filter((line) => line.lot === lot).map(({ mass }) => ({ told, mass })),
    );
  });
  return [...made, ...moved];
}

/** A calibration after the weighing says nothing about it. */
function isCalibrated({ scale }: Mass, usedOn: string, days: number): boolean {
  const on = scale?.calibratedOn;
  if (on === undefined || on > usedOn) return false;
  return epochMilliseconds(`${usedOn}T00:00:00Z`) - epochMilliseconds(`${on}T00:00:00Z`) <= days * DAY_MS;
}

function scaleFindings(known: Case, all: readonly Told[]): Found[] {
  const [first] = all;
  if (first === undefined) return [];
  const { facility } = first.event;
  const scale = scaleIn(first);
  return [
    escalated({ known, check: 'C43' }, 'scale-not-calibrated', {
      facts: { facility, scale: scale ?? 'unnamed', weighings: all.length },
      entries: all.map(({ ref }) => ref),
      cure: {
        code: 'calibrate',
        by: facility,
        what: `name the scale and the day of its last calibration before it was used${scale === undefined ? '' : ` (${scale})`}`,
      },
    }),
  ];
}

function scaleIn({ event }: Told): string | undefined {
  const lines = event.type === 'Transformed' ? event.outputs : 'lots' in event ? (event.lots ?? []) : [];
  return lines.flatMap((line) =>
    typeof line === 'object' && 'mass' in line ? [line.mass.scale?.id] : [],
  )[0];
}

const DAY_MS = 86_400_000;
