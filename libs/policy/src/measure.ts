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
import { remembered, rememberedPair } from './remembered.js';

/** Elements of a material: more than a trace of them, and any amount at all. */
export interface Holds {
  readonly present: ReadonlySet<Element>;
  readonly any: ReadonlySet<Element>;
}

type Part = Omit<Stated, 'lot'>;

/** Element masses of stated material, computed once each: the exact arithmetic is what costs. */
export class Measure {
  readonly priors: MeasurementPriors;
  readonly trace: Rational;
  /** What the policies hold of materials is the same for all lots that are judged under them. */
  static readonly under = remembered((parameters: PolicyParameters) => new Measure(parameters));

  private constructor(parameters: PolicyParameters) {
    const { scalePercent, moisturePercent, horwitz } = parameters;
    this.priors = { scalePercent, moisturePercent, horwitz };
    this.trace = Rational.parse(parameters.traceShare);
  }

  readonly contents = remembered((stated: Part): ElementContents => elementContents(stated, this.priors));

  /** Elements that the material holds; undefined when nobody assayed it. */
  holds(stated: Part | undefined): Holds | undefined {
    return stated === undefined ? undefined : this.held(stated);
  }

  private readonly held = remembered((stated: Part): Holds | undefined =>
    stated.composition === undefined
      ? undefined
      : this.heldBy(
          stated,
          stated.composition.analytes.flatMap(({ substance }) => assayedElements(substance)),
        ),
  );

  /** Elements that the material holds more than a trace of; undefined when nobody assayed it. */
  present(stated: Part | undefined): ReadonlySet<Element> | undefined {
    return this.holds(stated)?.present;
  }

  /** Share of the net mass that the assay accounts for, element by element; undefined when nothing can be said. */
  namedShare(stated: Part): Rational | undefined {
    const { contents, gaps } = this.contents(stated);
    if (gaps.length > 0) return undefined;
    return Rational.sum([...contents.values()].map(({ kg }) => kg)).div(toKilograms(stated.mass.net));
  }

  // An assay that contradicts itself still names its elements.
  private heldBy(stated: Part, named: readonly Element[]): Holds {
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
    return this.part(lineage.materialOf(process, input), input.mass);
  }

  /** What a part of a lot brings of each element: its own mass with the composition that the lot has. */
  part(stated: Stated | undefined, mass: Mass): ElementContents {
    return stated === undefined ? UNKNOWN : this.parts(stated, mass);
  }

  private readonly parts = rememberedPair(({ mass: whole, form, composition }: Stated, mass: Mass) => {
    const moisture = mass.moisture ?? whole.moisture;
    return elementContents(
      {
        form,
        mass: moisture === undefined ? mass : { ...mass, moisture },
        ...(composition === undefined ? {} : { composition }),
      },
      this.priors,
    );
  });
}

/** Losses and heels state no form: what is left over. */
export const residue = remembered((held: Omit<Part, 'form'>): Part => ({ form: 'RESIDUE', ...held }));

const UNKNOWN: ElementContents = { contents: new Map(), gaps: ['no-composition'] };

export const NOTHING: ElementMass = { kg: Rational.zero, variance: Rational.zero };
