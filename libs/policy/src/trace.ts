import { STEPS, type Element } from '@lodemark/domain';
import type { Told } from './effective-events.js';
import type { EntryRef } from './evidence.js';
import type { Lineage, Process } from './lineage.js';
import type { Measure } from './measure.js';

export type TraceGapCode = 'no-origin' | 'two-origins' | 'element-from-nowhere' | 'heel-unknown';

export interface TraceGap {
  readonly code: TraceGapCode;
  readonly lot: string;
  readonly entries: readonly EntryRef[];
  readonly facility?: string;
}

/** Where one element of the subject came from: every process and every root that it, or some of it, passed. */
export interface Trace {
  readonly element: Element;
  readonly lots: ReadonlySet<string>;
  readonly processes: readonly Process[];
  readonly roots: readonly Told<'LotCreated'>[];
  readonly gaps: readonly TraceGap[];
}

/**
 * Follows one element from a lot back to its roots. An input counts as carrying it when an assay shows it or when no
 * assay says otherwise; each lot is visited once, so loops of scrap end and the work grows with the lots, not with the
 * paths.
 */
export function traceElement(
  subject: string,
  element: Element,
  { lineage, measure, fromMelt }: { lineage: Lineage; measure: Measure; fromMelt: boolean },
): Trace {
  const lots = new Set<string>();
  const processes = new Map<string, Process>();
  const roots: Told<'LotCreated'>[] = [];
  const gaps: TraceGap[] = [];
  const open = [subject];
  for (let lot = open.pop(); lot !== undefined; lot = open.pop()) {
    if (lots.has(lot)) continue;
    lots.add(lot);
    const producers = lineage.producersOf(lot);
    if (producers.length === 0)
      gaps.push({
        code: 'no-origin',
        lot,
        entries: lineage
          .namingLot(lot)
          .slice(0, 3)
          .map(({ ref }) => ref),
      });
    if (producers.length > 1) gaps.push({ code: 'two-origins', lot, entries: producers.map(refOf) });
    for (const producer of producers) {
      if (producer.kind === 'created') {
        roots.push(producer.told);
        continue;
      }
      const { process } = producer;
      if (fromMelt && isBeforeMelt(process)) continue;
      const { ref } = process.told;
      processes.set(keyOf(process), process);
      const carriers = carriersOf(process, element, { lineage, measure });
      if (carriers.length === 0)
        gaps.push({ code: 'element-from-nowhere', lot, entries: [ref], facility: process.facility });
      if (process.heelUnknown)
        gaps.push({ code: 'heel-unknown', lot, entries: [ref], facility: process.facility });
      open.push(...carriers, ...process.heelLots);
    }
  }
  return { element, lots, processes: [...processes.values()], roots, gaps };
}

const ALLOY_RANK = STEPS.indexOf('ALLOY_MELT');

/** Of the steps that change material, those that come before the alloy is melted. */
function isBeforeMelt({ step }: Process): boolean {
  return step === 'RECYCLE' || STEPS.indexOf(step) < ALLOY_RANK;
}

export function keyOf({ told: { ref } }: Process): string {
  return `${ref.facility} ${String(ref.index)}`;
}

function refOf(producer: ReturnType<Lineage['producersOf']>[number]): EntryRef {
  return producer.kind === 'created' ? producer.told.ref : producer.process.told.ref;
}

/**
 * The inputs that the element came in with: those that hold more than a trace of it; where none does, as in an ore,
 * those that hold any.
 */
function carriersOf(
  process: Process,
  element: Element,
  by: { lineage: Lineage; measure: Measure },
): string[] {
  const inputs = process.inputs.map((input) => {
    const stated = by.lineage.materialAt(input.lot, process.facility, process.told.ref.index);
    return { input, form: stated?.form, holds: by.measure.holds(stated) };
  });
  // A reagent of which nobody knows the composition is not taken for a source of what others are known to bring.
  const strong = inputs.filter(({ input, form, holds }) =>
    holds === undefined ? input.role !== 'reagent' || form !== 'REAGENT' : holds.present.has(element),
  );
  const weak = inputs.filter(({ holds }) => holds?.any.has(element) === true);
  return (strong.length > 0 ? strong : weak).map(({ input }) => input.lot);
}
