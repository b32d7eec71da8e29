import { Rational, toKilograms, type Element, type ElementContents } from '@lodemark/domain';
import { isTold, type Told } from './effective-events.js';
import type { Lineage, Process, ProcessInput, Stated } from './lineage.js';
import { residue } from './measure.js';

/** Why nobody can say which root a part of an element came from. */
export type UnknownSource =
  'no-origin' | 'two-origins' | 'own-ancestor' | 'element-from-nowhere' | 'heel-unknown' | 'not-measured';

/** Where some of an element in a lot came from, with how much it weighed against the rest. */
export interface Source {
  readonly from: { readonly lot: string } | { readonly unknown: UnknownSource };
  readonly kg: Rational;
}

/** Where an element of one lot came from in one step back. */
export type StepBack =
  | { readonly root: Told<'LotCreated'> }
  | {
      readonly sources: readonly Source[];
      /** The model that the step states; undefined where it states none. */
      readonly model: string | undefined;
      /** False where parts cannot be told apart, and a proportion stands in for them. */
      readonly apart: boolean;
    };

/** Element masses, by whatever priors the asker holds. */
export interface Weighing {
  readonly lineage: Lineage;
  readonly input: (process: Process, input: ProcessInput) => ElementContents;
  readonly held: (stated: Omit<Stated, 'lot'>) => ElementContents;
}

const ONE = Rational.one;

/** One step back from a lot: its root, or what its makers put in, weighed by the element that each brought. */
export function stepBack(lot: string, element: Element, weighing: Weighing): StepBack {
  const producers = weighing.lineage.producersOf(lot);
  const [producer] = producers;
  if (producer === undefined) return nobodySays('no-origin');
  if (producers.length > 1) return nobodySays('two-origins');
  return producer.kind === 'created' ? { root: producer.told } : through(producer.process, element, weighing);
}

function nobodySays(unknown: UnknownSource): StepBack {
  return { sources: [{ from: { unknown }, kg: ONE }], model: undefined, apart: false };
}

function through(process: Process, element: Element, weighing: Weighing): StepBack {
  const { event } = process.told;
  const model = event.type === 'Split' ? 'identity-preserved' : event.custodyModel;
  const fed = process.inputs.map((input) => fedBy(process, input, { element, weighing }));
  const heel = heelOf(process, element, weighing);
  const parts = [...fed, ...heel];
  if (parts.includes(undefined)) return { ...nobodySays('not-measured'), model };
  const sources = parts.filter((part) => part !== undefined).filter(({ kg }) => kg.isPositive());
  if (sources.length === 0) return { ...nobodySays('element-from-nowhere'), model };
  return { sources, model, apart: heel.length === 0 };
}

interface Asked {
  readonly element: Element;
  readonly weighing: Weighing;
}

/** Undefined: nobody measured it, and it may be much. */
function fedBy(process: Process, input: ProcessInput, { element, weighing }: Asked): Source | undefined {
  const { contents, gaps } = weighing.input(process, input);
  const from = { lot: input.lot };
  if (gaps.length === 0) return { from, kg: contents.get(element)?.kg ?? Rational.zero };
  // A reagent that nobody assays is not taken for a source of what others are known to bring.
  return input.role === 'reagent' && gaps.includes('no-composition')
    ? { from, kg: Rational.zero }
    : undefined;
}

/** What stood in the circuit, in equal parts from the lots that it is said to come from. */
function heelOf(process: Process, element: Element, { held }: Weighing): (Source | undefined)[] {
  const before = isTold(process.told, 'Transformed') ? process.told.event.heel?.before : undefined;
  if (before === undefined || toKilograms(before.mass.net).isZero()) return [];
  const { contents, gaps } = held(residue(before));
  if (gaps.length > 0) return [undefined];
  const kg = contents.get(element)?.kg ?? Rational.zero;
  const lots = process.heelLots;
  if (lots.length === 0) return [{ from: { unknown: 'heel-unknown' }, kg }];
  const each = kg.div(Rational.fromInteger(lots.length));
  return lots.map((lot) => ({ from: { lot }, kg: each }));
}
