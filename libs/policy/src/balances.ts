import {
  balanceElement,
  lotsNamed,
  Rational,
  toKilograms,
  yieldRange,
  type Element,
  type ElementFlows,
  type ElementMass,
} from '@lodemark/domain';
import type { Case } from './case.js';
import { toldOf, type Told } from './effective-events.js';
import type { Process, ProcessInput, ProcessOutput, Stated } from './lineage.js';
import { NOTHING, residue } from './measure.js';
import type { PolicyParameters } from './policy-document.js';
import { Kept, rememberedPair } from './remembered.js';
import { push } from './root-facts.js';
import { keyOf } from './trace.js';

/** Which tracked elements passed each process. */
function passedBy(known: Case): ReadonlyMap<string, Element[]> {
  const passed = new Map<string, Element[]>();
  for (const { element, processes } of known.traces.values())
    for (const process of processes) push(passed, keyOf(process), element);
  return passed;
}

/** What an input brought of the element. */
export interface Fed extends ElementMass {
  readonly lot: string;
}

interface Flows {
  readonly flows: ElementFlows & { readonly inputs: readonly Fed[] };
  readonly unmeasured: readonly string[];
  /** Net kilograms of inputs of which the assay says nothing about the element. */
  readonly unsaidInKg: Rational;
}

type Part = Omit<Stated, 'lot'>;

/** An output as its assays have it; of one beside the lineage as its maker states it. */
function madeOf(known: Case, output: ProcessOutput): Stated {
  const { lineage } = known;
  const made = known.has(output.lot) ? lineage.madeAs(output.lot) : lineage.statedByMaker(output.lot);
  return made ?? output;
}

/** Gathers what of an element went into a process and came out of it, and which of its lots nobody measured. */
class Gathering {
  private readonly unmeasured: string[] = [];
  private unassayedInKg = Rational.zero;
  private unsaidInKg = Rational.zero;
  private unassayedOut = false;

  constructor(
    private readonly known: Case,
    private readonly process: Process,
    private readonly element: Element,
  ) {}

  gather(): Flows {
    const { process } = this;
    const inputs = process.inputs.flatMap((input) => this.input(input));
    const outputs = process.outputs.map((output) => {
      const product = output.role === 'product';
      return { ...this.out(madeOf(this.known, output), output.lot, product), product };
    });
    const losses = (process.told.event.losses ?? []).map((loss) => this.out(residue(loss), loss.what, false));
    const heel = process.told.event.type === 'Transformed' ? process.told.event.heel : undefined;
    const heelBefore = heel === undefined ? undefined : this.heelBefore(residue(heel.before));
    const heelAfter = heel === undefined ? undefined : this.out(residue(heel.after), 'heel after', true);
    return {
      flows: {
        inputs,
        outputs,
        losses,
        ...(heelBefore === undefined ? {} : { heelBefore }),
        ...(heelAfter === undefined ? {} : { heelAfter }),
        unassayedInKg: this.unassayedInKg,
        unassayedOut: this.unassayedOut,
      },
      unmeasured: this.unmeasured,
      unsaidInKg: this.unsaidInKg,
    };
  }

  private input(input: ProcessInput): Fed[] {
    const { lineage, measure } = this.known;
    const { contents, gaps } = measure.input(lineage, this.process, input);
    const net = toKilograms(input.mass.net);
    if (gaps.length > 0) {
      // What nobody assays of a reagent is not taken for a source of what others are known to bring.
      if (input.role === 'reagent' && gaps.includes('no-composition')) return [];
      this.unassayed(net, `${input.lot} (${gaps.join(', ')})`);
      return [];
    }
    const mass = contents.get(this.element);
    if (mass !== undefined) return [{ ...mass, lot: input.lot }];
    const named = Rational.sum([...contents.values()].map(({ kg }) => kg));
    this.unsaidInKg = this.unsaidInKg.add(Rational.max(Rational.zero, net.sub(named)));
    return [];
  }

  private heelBefore(held: Part): ElementMass {
    const { contents, gaps } = this.known.measure.contents(held);
    if (gaps.length > 0) this.unassayed(toKilograms(held.mass.net), `heel before (${gaps.join(', ')})`);
    return contents.get(this.element) ?? NOTHING;
  }

  private unassayed(kg: Rational, what: string): void {
    if (!kg.isPositive()) return;
    this.unassayedInKg = this.unassayedInKg.add(kg);
    this.unmeasured.push(what);
  }

  /** What leaves beside the product without an assay counts as holding nothing: the balance can only look worse. */
  private out(part: Part, what: string, counts: boolean): ElementMass {
    if (!counts && part.composition === undefined) return NOTHING;
    const { contents, gaps } = this.known.measure.contents(part);
    if (gaps.length > 0 && toKilograms(part.mass.net).isPositive()) {
      this.unassayedOut = true;
      this.unmeasured.push(`${what} (${gaps.join(', ')})`);
    }
    return contents.get(this.element) ?? NOTHING;
  }
}

export interface Judged {
  readonly process: Process;
  readonly element: Element;
  readonly unmeasured: readonly string[];
  readonly fed: readonly Fed[];
  readonly balance: ReturnType<typeof balanceElement>;
  readonly range: { readonly min: string; readonly max: string } | undefined;
}

/** Balances of a process under a policy, for as long as its inputs and outputs are known to hold the same. */
const keptBalances = rememberedPair(
  (_parameters: PolicyParameters, _process: Process) => new Kept<Map<Element, Judged>>(),
);

function balanced(known: Case, process: Process, element: Element): Judged {
  const { lineage, measure, parameters } = known;
  const parts = [
    ...process.inputs.map((input) => measure.input(lineage, process, input)),
    ...process.outputs.map((output) => madeOf(known, output)),
  ];
  const kept = keptBalances(parameters, process).from(parts, () => new Map());
  const before = kept.get(element);
  if (before !== undefined) return before;
  const judged = balance(known, process, element);
  kept.set(element, judged);
  return judged;
}

const judgedCases = new WeakMap<Case, readonly Judged[]>();

/** Each process of the lineage, and each that left a heel to one, balanced for each tracked element that passed it. */
export function balances(known: Case): readonly Judged[] {
  const before = judgedCases.get(known);
  if (before !== undefined) return before;
  const passed = passedBy(known);
  const judged = known.processes.flatMap((process) =>
    (passed.get(keyOf(process)) ?? []).map((element) => balanced(known, process, element)),
  );
  const there = new Set(judged.map(({ process, element }) => `${keyOf(process)} ${element}`));
  for (const { process, element } of judged) {
    const before = heelLeftTo(known, process);
    const key = before === undefined ? '' : `${keyOf(before)} ${element}`;
    if (before === undefined || there.has(key)) continue;
    there.add(key);
    // Of a reagent beside the lineage nothing is in the evidence.
    const inputs = before.inputs.filter(({ lot }) => known.has(lot));
    judged.push(balanced(known, { ...before, inputs }, element));
  }
  judgedCases.set(known, judged);
  return judged;
}

function balance(known: Case, process: Process, element: Element): Judged {
  const { flows, unmeasured, unsaidInKg } = new Gathering(known, process, element).gather();
  const range = yieldRange(
    process.step,
    element,
    known.parameters.yields as Parameters<typeof yieldRange>[2],
  );
  const limits = {
    yieldMin: Rational.parse(range?.min ?? '0'),
    yieldMax: Rational.parse(range?.max ?? '1'),
    k: Rational.parse(known.parameters.coverageFactor),
  };
  const found = balanceElement(flows, limits);
  if (found.verdict !== 'over' || !unsaidInKg.isPositive())
    return { process, element, unmeasured, fed: flows.inputs, balance: found, range };
  // An input whose assay does not name the element may hold the excess: that is not measured, and no contradiction.
  const possible = (flows.unassayedInKg ?? Rational.zero).add(unsaidInKg);
  const softened = balanceElement({ ...flows, unassayedInKg: possible }, limits);
  const silent = [...unmeasured, `inputs whose assay does not name ${element}`];
  return { process, element, unmeasured: silent, fed: flows.inputs, balance: softened, range };
}

/** The process that left its heel to this one: the last before it in the same equipment, as far as they name it. */
export function heelLeftTo(known: Case, { told, facility }: Process): Process | undefined {
  if (told.event.type !== 'Transformed' || told.event.heel === undefined) return undefined;
  const { heel, equipment } = told.event;
  const candidates = (heel.before.from ?? [])
    .flatMap((lot) => toldOf(known.lineage.namingLot(lot), 'Transformed'))
    .filter(
      ({ event, ref }) =>
        event.facility === facility &&
        event.heel !== undefined &&
        ref.index < told.ref.index &&
        (event.equipment === undefined || equipment === undefined || event.equipment === equipment),
    )
    .sort((a, b) => a.ref.index - b.ref.index);
  const last = candidates.at(-1);
  if (last !== undefined && isTakenOver(known, last, told)) return undefined;
  // What else went into it may be in the heel, too: a heel comes from all of it, or nobody can say what it is.
  const fed = last?.event.inputs.filter(({ role }) => role !== 'reagent') ?? [];
  if (
    ![...fed.map(({ lot }) => lot), ...(last?.event.heel?.before.from ?? [])].every((lot) => known.has(lot))
  )
    return undefined;
  return last?.event.outputs
    .flatMap(({ lot }) => known.lineage.producersOf(lot))
    .flatMap((producer) => (producer.kind === 'process' ? [producer.process] : []))
    .find((process) => process.told === last);
}

/** Whether another process took over that heel meanwhile: what stood in a circuit is there once. */
function isTakenOver(known: Case, left: Told<'Transformed'>, by: Told): boolean {
  const { facility, equipment } = left.event;
  return lotsNamed(left.event)
    .flatMap((lot) => toldOf(known.lineage.namingLot(lot), 'Transformed'))
    .some(
      ({ event, ref }) =>
        event.facility === facility &&
        left.ref.index < ref.index &&
        ref.index < by.ref.index &&
        (event.equipment === undefined || equipment === undefined || event.equipment === equipment) &&
        event.heel !== undefined &&
        toKilograms(event.heel.before.mass.net).isPositive(),
    );
}
