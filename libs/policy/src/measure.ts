import {
  elementContents,
  toKilograms,
  type Element,
  type ElementContents,
  type ElementMass,
  type Mass,
  type MeasurementPriors,
  Rational,
  assayedElements,
} from '@lodemark/domain';
import type { Lineage, ProcessInput, Process, Stated } from './lineage.js';
import type { PolicyParameters } from './policy-document.js';

/** Elements of a material: more than a trace of them, and any amount at all. */
export interface Holds {
  readonly present: ReadonlySet<Element>;
  readonly any: ReadonlySet<Element>;
}

/** Element masses of stated material, computed once each: the exact arithmetic is what costs. */
export class Measure {
  readonly priors: MeasurementPriors;
  readonly trace: Rational;
  private readonly known = new WeakMap<object, ElementContents>();
  private readonly held = new WeakMap<object, Holds>();

  constructor(parameters: PolicyParameters) {
    const { scalePercent, moisturePercent, horwitz } = parameters;
    this.priors = { scalePercent, moisturePercent, horwitz };
    this.trace = Rational.parse(parameters.traceShare);
  }

  contents(stated: Omit<Stated, 'lot'>): ElementContents {
    const before = this.known.get(stated);
    if (before !== undefined) return before;
    const computed = elementContents(stated, this.priors);
    this.known.set(stated, computed);
    return computed;
  }

  /** Elements that the material holds; undefined when nobody assayed it. */
  holds(stated: Omit<Stated, 'lot'> | undefined): Holds | undefined {
    if (stated?.composition === undefined) return undefined;
    const before = this.held.get(stated);
    if (before !== undefined) return before;
    const found = this.heldBy(
      stated,
      stated.composition.analytes.flatMap(({ substance }) => assayedElements(substance)),
    );
    this.held.set(stated, found);
    return found;
  }

  /** Elements that the material holds more than a trace of; undefined when nobody assayed it. */
  present(stated: Omit<Stated, 'lot'> | undefined): ReadonlySet<Element> | undefined {
    return this.holds(stated)?.present;
  }

  /** Share of the net mass that the assay accounts for, element by element; undefined when nothing can be said. */
  namedShare(stated: Omit<Stated, 'lot'>): Rational | undefined {
    const { contents, gaps } = this.contents(stated);
    if (gaps.length > 0) return undefined;
    return Rational.sum([...contents.values()].map(({ kg }) => kg)).div(toKilograms(stated.mass.net));
  }

  // An assay that contradicts itself still names its elements.
  private heldBy(stated: Omit<Stated, 'lot'>, named: readonly Element[]): Holds {
    const { contents, gaps } = this.contents(stated);
    if (gaps.length > 0) return { present: new Set(named), any: new Set(named) };
    const least = toKilograms(stated.mass.net).mul(this.trace);
    const held = [...contents].filter(([, { kg }]) => kg.isPositive());
    return {
      present: new Set(held.filter(([, { kg }]) => kg.compare(least) >= 0).map(([element]) => element)),
      any: new Set(held.map(([element]) => element)),
    };
  }

  /** What an input brings of each element: its own mass with the lot's last known composition at that facility. */
  input(lineage: Lineage, process: Process, input: ProcessInput): ElementContents {
    const before = this.known.get(input);
    if (before !== undefined) return before;
    const stated = lineage.materialAt(input.lot, process.facility, process.told.ref.index);
    const computed = this.part(stated, input.mass);
    this.known.set(input, computed);
    return computed;
  }

  /** What a part of a lot brings of each element: its own mass with the composition that the lot has. */
  part(stated: Stated | undefined, mass: Mass): ElementContents {
    if (stated === undefined) return { contents: new Map(), gaps: ['no-composition'] };
    const moisture = mass.moisture ?? stated.mass.moisture;
    const { form, composition } = stated;
    return elementContents(
      {
        form,
        mass: moisture === undefined ? mass : { ...mass, moisture },
        ...(composition === undefined ? {} : { composition }),
      },
      this.priors,
    );
  }
}

export const NOTHING: ElementMass = { kg: Rational.zero, variance: Rational.zero };
