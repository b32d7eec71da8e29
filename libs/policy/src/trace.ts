import type { Element, Form } from '@lodemark/domain';
import { makerOf } from './custodians.js';
import type { Told } from './effective-events.js';
import type { EntryRef } from './evidence.js';
import { isAlloyed } from './forms.js';
import type { Lineage, Process, Producer } from './lineage.js';
import type { Holds, Measure } from './measure.js';
import { compareText, push } from './root-facts.js';

export type TraceGapCode =
  'no-origin' | 'two-origins' | 'own-ancestor' | 'element-from-nowhere' | 'heel-unknown';

export interface TraceGap {
  readonly code: TraceGapCode;
  readonly lot: string;
  readonly facility: string;
  readonly entries: readonly EntryRef[];
}

/** Where one element of the subject came from: every process and every root that it, or some of it, passed. */
export interface Trace {
  readonly element: Element;
  readonly lots: ReadonlySet<string>;
  readonly processes: readonly Process[];
  readonly roots: readonly Told<'LotCreated'>[];
  readonly gaps: readonly TraceGap[];
}

export interface TraceThrough {
  readonly lineage: Lineage;
  readonly measure: Measure;
  /** What went into each process: the same for all elements. */
  readonly contributionsOf: (process: Process) => readonly Contribution[];
  /** What comes before the alloy is melted is not followed. */
  readonly fromMelt: boolean;
}

/**
 * Follows one element from a lot back to its roots. An input counts as carrying it when an assay shows it or when no
 * assay says otherwise; each lot is visited once, so that the work grows with the lots, not with the paths. A lot that
 * is its own ancestor has no origin, however many roots stand beside the circle.
 */
export function traceElement(subject: string, element: Element, through: TraceThrough): Trace {
  return new Walk(element, through).from(subject);
}

export function keyOf({ told: { ref } }: Process): string {
  return `${ref.facility} ${String(ref.index)}`;
}

class Walk {
  /** Of each process that was passed, what the element came into it with. */
  private readonly carriers = new Map<Process, readonly string[]>();
  private readonly roots: Told<'LotCreated'>[] = [];
  private readonly gaps: TraceGap[] = [];
  /** Of each lot that was visited, the lots that the element came to it from. */
  private readonly sources = new Map<string, readonly string[]>();

  constructor(
    private readonly element: Element,
    private readonly through: TraceThrough,
  ) {}

  from(subject: string): Trace {
    const open = [subject];
    for (let lot = open.pop(); lot !== undefined; lot = open.pop()) {
      if (this.sources.has(lot)) continue;
      const found = this.visit(lot);
      this.sources.set(lot, found);
      open.push(...found);
    }
    for (const lot of circular(this.sources))
      this.gap('own-ancestor', lot, { entries: this.producers(lot).map(refOf) });
    return {
      element: this.element,
      lots: new Set(this.sources.keys()),
      processes: [...this.carriers.keys()],
      roots: this.roots,
      gaps: this.gaps,
    };
  }

  private producers(lot: string): readonly Producer[] {
    return this.through.lineage.producersOf(lot);
  }

  private visit(lot: string): readonly string[] {
    const { lineage, fromMelt } = this.through;
    if (fromMelt && !isAlloyed(lineage.formOf(lot) ?? 'ALLOY')) return [];
    const producers = this.producers(lot);
    if (producers.length === 0)
      this.gap('no-origin', lot, { entries: lineage.namingLot(lot).map(({ ref }) => ref) });
    if (producers.length > 1) this.gap('two-origins', lot, { entries: producers.map(refOf) });
    return producers.flatMap((producer) => {
      if (producer.kind === 'process') return this.into(producer.process, lot);
      this.roots.push(producer.told);
      return [];
    });
  }

  private into(process: Process, lot: string): readonly string[] {
    const said = { entries: [process.told.ref], facility: process.facility };
    const known = this.carriers.get(process);
    const carriers = known ?? carriersOf(this.through.contributionsOf(process), this.element);
    if (known === undefined) this.carriers.set(process, carriers);
    if (carriers.length === 0) this.gap('element-from-nowhere', lot, said);
    if (process.heelUnknown) this.gap('heel-unknown', lot, said);
    return carriers;
  }

  private gap(
    code: TraceGapCode,
    lot: string,
    { entries, facility = makerOf(lot) }: { entries: readonly EntryRef[]; facility?: string },
  ): void {
    this.gaps.push({ code, lot, facility, entries: entries.slice(0, 3) });
  }
}

/** The lots that lie on a circle of sources: what is left when everything that begins or ends somewhere is taken away. */
function circular(sources: ReadonlyMap<string, readonly string[]>): readonly string[] {
  if (isWithoutCircles(sources)) return [];
  const uses = new Map<string, string[]>();
  for (const [lot, from] of sources) for (const source of from) push(uses, source, lot);
  const left = takenAway(new Set(sources.keys()), sources, uses);
  return [...takenAway(left, uses, sources)].sort(compareText);
}

/** What nearly every lineage is: taken apart from the lots that nothing was made of, nothing is left. */
function isWithoutCircles(sources: ReadonlyMap<string, readonly string[]>): boolean {
  const uses = new Map<string, number>();
  for (const from of sources.values())
    for (const source of from) uses.set(source, (uses.get(source) ?? 0) + 1);
  const open = [...sources.keys()].filter((lot) => !uses.has(lot));
  let taken = 0;
  for (let lot = open.pop(); lot !== undefined; lot = open.pop()) {
    taken += 1;
    for (const source of sources.get(lot) ?? []) {
      const left = (uses.get(source) ?? 0) - 1;
      uses.set(source, left);
      if (left === 0) open.push(source);
    }
  }
  return taken === sources.size;
}

/** Takes away, again and again, what has no edge left in one direction. */
function takenAway(
  lots: ReadonlySet<string>,
  edges: ReadonlyMap<string, readonly string[]>,
  back: ReadonlyMap<string, readonly string[]>,
): ReadonlySet<string> {
  const left = new Set(lots);
  const within = (lot: string) => new Set((edges.get(lot) ?? []).filter((other) => lots.has(other))).size;
  const counts = new Map([...lots].map((lot) => [lot, within(lot)]));
  const open = [...lots].filter((lot) => counts.get(lot) === 0);
  for (let lot = open.pop(); lot !== undefined; lot = open.pop()) {
    left.delete(lot);
    for (const other of new Set(back.get(lot) ?? [])) {
      const count = (counts.get(other) ?? 0) - 1;
      counts.set(other, count);
      if (count === 0) open.push(other);
    }
  }
  return left;
}

function refOf(producer: Producer): EntryRef {
  return producer.kind === 'created' ? producer.told.ref : producer.process.told.ref;
}

/** What went into a process, from a lot or with the heel. */
export interface Contribution {
  readonly lot: string;
  readonly role: string;
  readonly form: Form | undefined;
  /** Undefined: nobody assayed it. */
  readonly holds: Holds | undefined;
}

export function contributionsOf(
  process: Process,
  { lineage, measure }: Pick<TraceThrough, 'lineage' | 'measure'>,
): readonly Contribution[] {
  const fed = process.inputs.map((input) => ({ input, stated: lineage.materialOf(process, input) }));
  // What stood in the circuit went in as well.
  const heel = process.heelLots.map((lot) => ({
    input: { lot, role: 'feed' },
    stated: lineage.materialAt(lot, process.facility, process.told.ref.index),
  }));
  return [...fed, ...heel].map(({ input: { lot, role }, stated }) => ({
    lot,
    role,
    form: stated?.form,
    holds: measure.holds(stated),
  }));
}

/**
 * The inputs that the element came in with: those that hold more than a trace of it; where none does, as in an ore,
 * those that hold any.
 */
function carriersOf(inputs: readonly Contribution[], element: Element): string[] {
  // A reagent of which nobody knows the composition is not taken for a source of what others are known to bring.
  const strong = inputs.filter(({ role, form, holds }) =>
    holds === undefined ? role !== 'reagent' || form !== 'REAGENT' : holds.present.has(element),
  );
  const weak = inputs.filter(({ holds }) => holds?.any.has(element) === true);
  return [...new Set((strong.length > 0 ? strong : weak).map(({ lot }) => lot))];
}
