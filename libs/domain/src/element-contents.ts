import type { Analyte, Composition, Mass } from './composition.js';
import type { Element } from './elements.js';
import type { Form } from './forms.js';
import { horwitzVariance, type HorwitzRow } from './horwitz.js';
import { relativeVariance, toKilograms, toShare } from './quantity.js';
import { Rational } from './rational.js';
import { assayedElements, elementFraction, type Substance } from './substances.js';

/** What is assumed where nothing is certified; policies carry it as a parameter. */
export interface MeasurementPriors {
  /** Relative standard uncertainty of a scale, percent. */
  readonly scalePercent: string;
  /** Relative standard uncertainty of a moisture, percent. */
  readonly moisturePercent: string;
  readonly horwitz: readonly HorwitzRow[];
}

/** Kilograms of an element and their variance (1 sigma, kg squared). */
export interface ElementMass {
  readonly kg: Rational;
  readonly variance: Rational;
}

/** Why an element mass cannot be computed; what is not measured is never taken for zero. */
export type ContentGap =
  | 'no-composition'
  | 'moisture-missing'
  | 'treo-missing'
  | 'substance-twice'
  | 'element-twice'
  | 'over-100-percent';

export interface ElementContents {
  readonly contents: ReadonlyMap<Element, ElementMass>;
  readonly gaps: readonly ContentGap[];
}

/** Material as a lot, an input, an output or a loss states it. */
export interface StatedContents {
  readonly form: Form;
  readonly mass: Mass;
  readonly composition?: Composition;
}

const WET_FORMS: ReadonlySet<Form> = new Set<Form>([
  'ORE',
  'TAILINGS',
  'CONCENTRATE',
  'RE_SOLUTION',
  'MIXED_CARBONATE',
  'SEPARATED_SOLUTION',
  'SEPARATED_CARBONATE',
  'CHLORIDE',
  'SWARF',
  'RESIDUE',
]);

const HUNDRED = Rational.parse('100');
// Laboratories round each analyte: a sum may be above the whole by this much.
const SUM_LIMIT = Rational.parse('1.01');

/** Whether material of this form can hold water, so that a dry assay says nothing without a moisture. */
export function canBeWet(form: Form): boolean {
  return WET_FORMS.has(form);
}

/**
 * Contained element mass (domain.md 3.6): dry = net x (1 - moisture) when the assay is on the dry basis, times the
 * share of the substance, times the element's share of the substance. Relative variances add.
 */
export function elementContents(material: StatedContents, priors: MeasurementPriors): ElementContents {
  const { composition } = material;
  if (composition === undefined) return { contents: new Map(), gaps: ['no-composition'] };
  const gaps = gapsOf(material.form, material.mass, composition);
  if (gaps.length > 0) return { contents: new Map(), gaps };
  const base = weighedBase(material.mass, composition, priors);
  const contents = new Map<Element, ElementMass>();
  for (const analyte of composition.analytes) {
    const share = shareOf(analyte, composition, priors);
    for (const element of assayedElements(analyte.substance)) {
      const kg = base.kg.mul(share.value).mul(elementFraction(analyte.substance, element));
      contents.set(element, { kg, variance: kg.square().mul(base.relative.add(share.relative)) });
    }
  }
  return { contents, gaps };
}

function gapsOf(form: Form, mass: Mass, composition: Composition): ContentGap[] {
  const gaps: ContentGap[] = [];
  if (composition.basis === 'dry' && mass.moisture === undefined && canBeWet(form))
    gaps.push('moisture-missing');
  const { analytes, treo } = composition;
  if (treo === undefined && analytes.some(({ of }) => of === 'treo')) gaps.push('treo-missing');
  if (hasRepeated(analytes.map(({ substance }) => substance))) gaps.push('substance-twice');
  else if (hasRepeated(analytes.flatMap(({ substance }) => assayedElements(substance))))
    gaps.push('element-twice');
  if (sumOf(analytes, 'material').greaterThan(SUM_LIMIT) || sumOf(analytes, 'treo').greaterThan(SUM_LIMIT))
    gaps.push('over-100-percent');
  return gaps;
}

function hasRepeated(names: readonly (Element | Substance)[]): boolean {
  return new Set(names).size < names.length;
}

function sumOf(analytes: readonly Analyte[], of: Analyte['of']): Rational {
  return Rational.sum(
    analytes.filter((analyte) => analyte.of === of).map(({ fraction }) => toShare(fraction)),
  );
}

interface Weighed {
  readonly kg: Rational;
  readonly relative: Rational;
}

function weighedBase(mass: Mass, composition: Composition, priors: MeasurementPriors): Weighed {
  const net = toKilograms(mass.net);
  const scale = relativeVariance(mass.net) ?? squaredPercent(priors.scalePercent);
  if (composition.basis === 'as-received' || mass.moisture === undefined) return { kg: net, relative: scale };
  const moisture = toShare(mass.moisture);
  const dry = Rational.one.sub(moisture);
  const moistureVariance = relativeVariance(mass.moisture) ?? squaredPercent(priors.moisturePercent);
  // u(1 - m) / (1 - m) = u(m) / (1 - m), and u(m) = m times its relative uncertainty.
  const ofDry = moistureVariance.mul(moisture.square()).div(dry.square());
  return { kg: net.mul(dry), relative: scale.add(ofDry) };
}

function shareOf(
  { fraction, of }: Analyte,
  { treo }: Composition,
  priors: MeasurementPriors,
): { value: Rational; relative: Rational } {
  const own = toShare(fraction);
  if (of === 'material' || treo === undefined) {
    return { value: own, relative: relativeVariance(fraction) ?? horwitzVariance(own, priors.horwitz) };
  }
  const total = toShare(treo);
  const value = own.mul(total);
  const ofTotal = relativeVariance(treo) ?? horwitzVariance(total, priors.horwitz);
  return {
    value,
    relative: ofTotal.add(relativeVariance(fraction) ?? horwitzVariance(value, priors.horwitz)),
  };
}

function squaredPercent(percent: string): Rational {
  return Rational.parse(percent).div(HUNDRED).square();
}
