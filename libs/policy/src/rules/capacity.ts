import { epochMilliseconds, Rational, toKilograms, utcDate, type Step } from '@lodemark/domain';
import { campaignLog } from '../campaigns.js';
import type { Case } from '../case.js';
import type { Told } from '../effective-events.js';
import type { EntryRef } from '../evidence.js';
import { escalated, limitUnstated, orPassIfNone } from '../escalation.js';
import { insufficient, notApplicable, type Found } from '../found.js';
import { isNeutral } from '../forms.js';
import type { Process } from '../lineage.js';
import type { PolicyParameters } from '../policy-document.js';
import { push } from '../root-facts.js';
import type { Rule } from '../rule.js';
import { percent } from '../shares.js';
import { activityFindings } from './activity.js';
import { oreKilograms } from './ore-grade.js';

type Limits = NonNullable<PolicyParameters['capacity']>;

/** What a facility made by one step at one time. */
interface Batch {
  readonly facility: string;
  readonly step: Step;
  readonly at: string;
  readonly kg: Rational;
  readonly campaign?: string | undefined;
  readonly entries: readonly EntryRef[];
}

/**
 * C36: no more came out of a step in the window than its registered capacity makes, no more metal than the reagent
 * reduces, and a mine was seen at work by somebody independent (domain.md 3.2, 3.7 capacity, S25, S26). Beyond it, or a
 * mine that nobody saw: INSUFFICIENT; no capacity on record: escalated.
 */
export const c36: Rule = (known) => {
  const limits = known.parameters.capacity;
  if (limits === undefined) return limitUnstated('capacity');
  const series = new Map<string, Batch[]>();
  for (const batch of batchesOf(known)) push(series, `${batch.facility} ${batch.step}`, batch);
  if (series.size === 0) return [notApplicable('no-process')];
  const found = [
    ...[...series.values()].flatMap((batches) => capacityFindings(known, limits, batches)),
    ...known.processes.flatMap((process) => reagentFindings(known, limits, process)),
    ...(limits.activityMaxAgeDays === undefined ? [] : activityFindings(known, limits.activityMaxAgeDays)),
  ];
  return orPassIfNone(found, 'within-capacity', { facts: { steps: series.size } });
};

function batchesOf(known: Case): Batch[] {
  const mined = known.roots.flatMap((root): Batch[] => {
    const { event, ref } = root;
    return event.origin.kind === 'mined'
      ? [
          {
            facility: event.facility,
            step: 'MINE',
            at: event.origin.minedTo ?? event.occurredAt,
            kg: Rational.max(toKilograms(event.mass.net), ...oreOf(known, root)),
            entries: [ref],
          },
        ]
      : [];
  });
  const made = known.processes
    .filter(({ step }) => !isNeutral(step))
    .map(({ facility, step, told, outputs }): Batch => {
      const products = outputs.filter(({ role }) => role === 'product');
      const kg = Rational.sum(products.map(({ mass }) => toKilograms(mass.net)));
      const campaign = told.event.type === 'Transformed' ? told.event.campaign : undefined;
      return { facility, step, at: endOf(told.event), kg, campaign, entries: [told.ref] };
    });
  return [...mined, ...made];
}

/** Of concentrate that is said to be mined the ore counts that it takes to win it. */
function oreOf(known: Case, root: Told<'LotCreated'>): Rational[] {
  const { facility, occurredAt } = root.event;
  const baseline = known.facts.facility(facility, occurredAt)?.baseline?.composition;
  return baseline === undefined ? [] : [oreKilograms(known, { root, baseline })];
}

function endOf(event: Process['told']['event']): string {
  return event.type === 'Transformed' ? (event.endedAt ?? event.occurredAt) : event.occurredAt;
}

function capacityFindings(known: Case, limits: Limits, batches: readonly Batch[]): Found[] {
  const [first] = batches;
  if (first === undefined) return [];
  const { facility, step } = first;
  const capacity = known.facts
    .facility(facility, first.at)
    ?.steps.find((permitted) => permitted.step === step)?.capacityPerYear;
  if (capacity === undefined)
    return [
      escalated({ known, check: 'C36' }, 'capacity-unknown', {
        facts: { facility, step },
        entries: first.entries,
        cure: {
          code: 'register-capacity',
          by: facility,
          what: `have the yearly capacity of ${step} registered`,
        },
      }),
    ];
  const most = toKilograms(capacity)
    .mul(Rational.fromInteger(limits.windowDays))
    .div(DAYS_A_YEAR)
    .mul(Rational.one.add(percent(limits.marginPercent)));
  const all = [...batches, ...reportedBatches(known, { facility, step, batches })];
  const fullest = fullestWindow(all, limits.windowDays);
  const over = fullest.kg.greaterThan(most) ? [fullest] : [];
  return over.map(({ kg, at, entries }) =>
    insufficient(
      'over-capacity',
      {
        facts: {
          facility,
          step,
          madeKg: kg.toDecimal(3),
          mostKg: most.toDecimal(3),
          until: utcDate(at),
          days: limits.windowDays,
        },
        entries,
      },
      {
        code: 'explain-throughput',
        by: facility,
        what: `show how ${step} made so much, or have its real capacity registered: was material of others passed off as its own?`,
      },
    ),
  );
}

interface Series extends Pick<Batch, 'facility' | 'step'> {
  readonly batches: readonly Batch[];
}

/** What the facility reported of its campaigns beside the processes of the lineage, in campaigns of these as well. */
function reportedBatches(known: Case, { facility, step, batches }: Series): Batch[] {
  return campaignLog(known, { facility, step }).campaigns.flatMap(({ campaign, made, endedAt }): Batch[] => {
    if (made === undefined) return [];
    const ours = Rational.sum(batches.filter((batch) => batch.campaign === campaign).map(({ kg }) => kg));
    const kg = toKilograms(made).sub(ours);
    return kg.isPositive() ? [{ facility, step, at: endedAt, kg, entries: [] }] : [];
  });
}

/** The window in which most was made; it moves over the batches once, and each enters and leaves it once. */
function fullestWindow(batches: readonly Batch[], days: number) {
  const inOrder = [...batches].sort((a, b) => epochMilliseconds(a.at) - epochMilliseconds(b.at));
  let firstIndex = 0;
  let kg = Rational.zero;
  let fullest = { kg: Rational.zero, at: '', firstIndex: 0, lastIndex: 0 };
  for (const [lastIndex, batch] of inOrder.entries()) {
    kg = kg.add(batch.kg);
    for (let first = inOrder[firstIndex]; first !== undefined && isBefore(first.at, batch.at, days);) {
      kg = kg.sub(first.kg);
      firstIndex += 1;
      first = inOrder[firstIndex];
    }
    if (kg.greaterThan(fullest.kg)) fullest = { kg, at: batch.at, firstIndex, lastIndex };
  }
  const within = inOrder.slice(fullest.firstIndex, fullest.lastIndex + 1);
  return { kg: fullest.kg, at: fullest.at, entries: within.flatMap(({ entries }) => entries) };
}

/** Whether an instant lies so many days before another, or more. */
function isBefore(earlier: string, at: string, days: number): boolean {
  return epochMilliseconds(at) - epochMilliseconds(earlier) >= days * DAY_MS;
}

/** Where the reagent is on record, it has to be enough for the metal that is said to have come of it. */
function reagentFindings(known: Case, { reagents, marginPercent }: Limits, process: Process): Found[] {
  const fed = process.inputs.map((input) => known.measure.input(known.lineage, process, input).contents);
  const products = process.outputs.filter(({ role }) => role === 'product');
  const made = products.map(
    (output) => known.measure.contents(known.lineage.madeAs(output.lot) ?? output).contents,
  );
  return reagents
    .filter(({ step }) => step === process.step)
    .flatMap(({ element, reagent, kgPerKg }): Found[] => {
      const kg = (parts: typeof fed, wanted: typeof element) =>
        Rational.sum(parts.map((contents) => contents.get(wanted)?.kg ?? Rational.zero));
      const [used, metal] = [kg(fed, reagent), kg(made, element)];
      const needed = metal.mul(Rational.parse(kgPerKg));
      if (!used.isPositive() || !needed.greaterThan(used.mul(Rational.one.add(percent(marginPercent)))))
        return [];
      const { facility } = process;
      return [
        insufficient(
          'reagent-short',
          {
            facts: {
              facility,
              step: process.step,
              element,
              reagent,
              usedKg: used.toDecimal(3),
              metalKg: metal.toDecimal(3),
              neededKg: needed.toDecimal(3),
            },
            entries: [process.told.ref],
          },
          {
            code: 'record-reagent',
            by: facility,
            what: `record all the ${reagent} that was used, or where the ${element} came from that it cannot have reduced`,
          },
        ),
      ];
    });
}

const DAYS_A_YEAR = Rational.parse('365');
const DAY_MS = 86_400_000;
