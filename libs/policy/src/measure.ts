import {
  elementContents,
  toKilograms,
  type Element,
  type ElementContents,
  type ElementMass,
  type MeasurementPriors,
  Rational,
  assayedElements,
} from '@lodemark/domain';
import type { Lineage, ProcessInput, Process, Stated } from './lineage.js';
import type { PolicyParameters } from './policy-document.js';

/** Element masses of stated material, computed once each: the exact arithmetic is what costs. */
export class Measure {
  readonly priors: MeasurementPriors;
  readonly trace: Rational;
  private readonly known = new WeakMap<object, ElementContents>();

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

  /** Elements that the material holds more than a trace of; undefined when nobody assayed it. */
  present(stated: Omit<Stated, 'lot'> | undefined): ReadonlySet<Element> | undefined {
    if (stated?.composition === undefined) return undefined;
    const { contents, gaps } = this.contents(stated);
    if (gaps.length > 0)
      return new Set(stated.composition.analytes.flatMap(({ substance }) => assayedElements(substance)));
    const net = toKilograms(stated.mass.net);
    return new Set(
      [...contents].filter(([, { kg }]) => kg.compare(net.mul(this.trace)) >= 0).map(([element]) => element),
    );
  }

  /** What an input brings of each element: its own mass with the lot's last known composition at that facility. */
  input(lineage: Lineage, process: Process, input: ProcessInput): ElementContents {
    const stated = lineage.materialAt(input.lot, process.facility, process.told.ref.index);
    if (stated === undefined) return { contents: new Map(), gaps: ['no-composition'] };
    const moisture = input.mass.moisture ?? stated.mass.moisture;
    const mass = moisture === undefined ? input.mass : { ...input.mass, moisture };
    return elementContents(
      {
        form: stated.form,
        mass,
        ...(stated.composition === undefined ? {} : { composition: stated.composition }),
      },
      this.priors,
    );
  }
}

export const NOTHING: ElementMass = { kg: Rational.zero, variance: Rational.zero };
