import type { Analyte, Composition, Mass } from './composition.js';
import { type Element, isRareEarth, TREO_ELEMENTS } from './elements.js';
import type { Form } from './forms.js';
import { horwitzVariance, type HorwitzRow } from './horwitz.js';
import { type Fraction, relativeVariance, toKilograms, toShare } from './quantity.js';
import { Rational } from './rational.js';
import { assayedElements, elementFraction, isTreoOxide, treoOxide, type Substance } from './substances.js';

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
  | 'moisture-over-100'
  | 'treo-missing'
  | 'treo-share-not-oxide'
  | 'analytes-over-treo'
  | 'substance-twice'
  | 'element-twice'
  | 'over-100-percent'
  | 'uncertainty-implausible';

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
// TREO and its oxides are measured apart, each to some 2 % (domain.md 3.6).
const TREO_LIMIT = Rational.parse('1.05');
// A stated uncertainty widens what a balance forgives, so it may not be stretched at will: up to twice Horwitz's for
// an assay (a HorRat of 2, where a method stops being acceptable) and 2 % for a mass (a poor draft survey).
const ASSAY_LIMIT = Rational.parse('4');
const MASS_LIMIT = Rational.parse('0.0004');

/** Substances that report one element side by side, each its own part of it; any other pair is one thing told twice. */
const COEXISTING: readonly ReadonlySet<Substance>[] = [
  new Set(['FeO', 'Fe2O3']),
  new Set(['FeB', 'Fe2B']),
  new Set(['SmCo5', 'Sm2Co17']),
];

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
  const assay = assayOf(composition, priors);
  const gaps = gapsOf(material, composition, assay);
  if (gaps.length > 0) return { contents: new Map(), gaps };
  const base = weighedBase(material.mass, composition, priors);
  const baseSquared = base.kg.square();
  const contents = new Map<Element, ElementMass>();
  for (const [element, share] of assay.shares()) {
    const perKilogram = share.kg.square().mul(base.relative).add(share.variance);
    contents.set(element, { kg: base.kg.mul(share.kg), variance: baseSquared.mul(perKilogram) });
  }
  return { contents, gaps };
}

/** What follows from an assay alone, whatever was weighed. */
interface Assay {
  readonly gaps: readonly ContentGap[];
  readonly isStretched: boolean;
  readonly shares: () => ReadonlyMap<Element, ElementMass>;
}

/** One assay speaks for every part that is drawn of a lot: worked out once for as long as its priors are in use. */
const knownAssays = new WeakMap<MeasurementPriors, WeakMap<Composition, Assay>>();

function assayOf(composition: Composition, priors: MeasurementPriors): Assay {
  const known = knownAssays.get(priors) ?? new WeakMap<Composition, Assay>();
  knownAssays.set(priors, known);
  const before = known.get(composition);
  if (before !== undefined) return before;
  let shares: ReadonlyMap<Element, ElementMass> | undefined;
  const assay = {
    gaps: assayGaps(composition),
    isStretched: hasStretchedAssay(composition, priors),
    // What is no assay at all has no shares that could be worked out.
    shares: () => (shares ??= sharesIn(composition, priors)),
  };
  known.set(composition, assay);
  return assay;
}

/** Kilograms of each element in a kilogram of assayed material. */
function sharesIn(composition: Composition, priors: MeasurementPriors): Map<Element, ElementMass> {
  const shares = new Map<Element, ElementMass>();
  for (const analyte of composition.analytes) {
    const share = shareOf(analyte, composition, priors);
    for (const element of assayedElements(analyte.substance)) {
      const kg = share.value.mul(elementFraction(analyte.substance, element));
      const before = shares.get(element) ?? { kg: Rational.zero, variance: Rational.zero };
      const variance = before.variance.add(kg.square().mul(share.relative));
      shares.set(element, { kg: before.kg.add(kg), variance });
    }
  }
  return shares;
}

function gapsOf({ form, mass }: StatedContents, composition: Composition, assay: Assay): ContentGap[] {
  // Nothing dry is left to take a share of.
  if (mass.moisture !== undefined && !toShare(mass.moisture).lessThan(Rational.one))
    return ['moisture-over-100'];
  const gaps: ContentGap[] = [];
  if (composition.basis === 'dry' && mass.moisture === undefined && canBeWet(form))
    gaps.push('moisture-missing');
  gaps.push(...assay.gaps);
  if (assay.isStretched || hasStretchedWeight(mass, composition)) gaps.push('uncertainty-implausible');
  return gaps;
}

function assayGaps(composition: Composition): ContentGap[] {
  const gaps: ContentGap[] = [];
  const { analytes, treo } = composition;
  const ofTreo = analytes.filter(({ of }) => of === 'treo');
  if (treo === undefined && ofTreo.length > 0) gaps.push('treo-missing');
  if (!ofTreo.every(({ substance }) => isTreoOxide(substance))) gaps.push('treo-share-not-oxide');
  if (new Set(analytes.map(({ substance }) => substance)).size < analytes.length)
    gaps.push('substance-twice');
  else if (hasElementTwice(analytes)) gaps.push('element-twice');
  gaps.push(...sumGaps(composition));
  return gaps;
}

function hasElementTwice(analytes: readonly Analyte[]): boolean {
  const reported = new Map<Element, Substance[]>();
  for (const { substance } of analytes)
    for (const element of assayedElements(substance))
      reported.set(element, [...(reported.get(element) ?? []), substance]);
  return [...reported.values()].some(
    (substances) =>
      substances.length > 1 &&
      !COEXISTING.some((together) => substances.every((substance) => together.has(substance))),
  );
}

function sumGaps({ analytes, treo }: Composition): ContentGap[] {
  const gaps: ContentGap[] = [];
  const ofMaterial = analytes.filter(({ of }) => of === 'material');
  const inTreo = treo === undefined ? [] : ofMaterial.filter(isInTreo);
  const apart = ofMaterial.filter((analyte) => !inTreo.includes(analyte));
  const total = treo === undefined ? Rational.zero : toShare(treo);
  const shares = analytes.filter(({ of }) => of === 'treo');
  if (sumOf(apart).add(total).greaterThan(SUM_LIMIT) || sumOf(shares).greaterThan(SUM_LIMIT))
    gaps.push('over-100-percent');
  if (treo !== undefined && namedTreo(analytes).greaterThan(total.mul(TREO_LIMIT)))
    gaps.push('analytes-over-treo');
  return gaps;
}

/** What the analytes that are shares of the material come to in the oxides that TREO counts. */
export function namedTreo(analytes: readonly Analyte[]): Rational {
  return Rational.sum(analytes.filter((one) => one.of === 'material' && isInTreo(one)).map(asTreoOxides));
}

function isInTreo({ substance }: Analyte): boolean {
  return assayedElements(substance).every((element) => TREO_ELEMENTS.has(element));
}

/** The analyte's share of the material in the oxide that TREO counts. */
function asTreoOxides({ substance, fraction }: Analyte): Rational {
  const oxides = assayedElements(substance).map((element) =>
    isRareEarth(element)
      ? elementFraction(substance, element).div(elementFraction(treoOxide(element), element))
      : Rational.zero,
  );
  return toShare(fraction).mul(Rational.sum(oxides));
}

function sumOf(analytes: readonly Analyte[]): Rational {
  return Rational.sum(analytes.map(({ fraction }) => toShare(fraction)));
}

function hasStretchedWeight(mass: Mass, composition: Composition): boolean {
  return weighedBase(mass, composition, CERTAIN).relative.greaterThan(MASS_LIMIT);
}

function hasStretchedAssay({ analytes, treo }: Composition, { horwitz }: MeasurementPriors): boolean {
  const assays = analytes.map((analyte) => ({ fraction: analyte.fraction, share: shareIn(analyte, treo) }));
  if (treo !== undefined) assays.push({ fraction: treo, share: toShare(treo) });
  return assays.some(({ fraction, share }) => {
    const limit = horwitzVariance(share, horwitz).mul(ASSAY_LIMIT);
    return relativeVariance(fraction)?.greaterThan(limit) ?? false;
  });
}

/** Leaves of the uncertainty of a mass only what the record itself states. */
const CERTAIN = { scalePercent: '0', moisturePercent: '0' } as const;

interface Weighed {
  readonly kg: Rational;
  readonly relative: Rational;
}

function weighedBase(
  mass: Mass,
  composition: Composition,
  priors: Pick<MeasurementPriors, 'scalePercent' | 'moisturePercent'>,
): Weighed {
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

/** The analyte's share of the material, whatever it was stated of. */
function shareIn({ fraction, of }: Analyte, treo: Fraction | undefined): Rational {
  const own = toShare(fraction);
  return of === 'treo' && treo !== undefined ? own.mul(toShare(treo)) : own;
}

function shareOf(
  analyte: Analyte,
  { treo }: Composition,
  priors: MeasurementPriors,
): { value: Rational; relative: Rational } {
  const value = shareIn(analyte, treo);
  const own = relativeVariance(analyte.fraction) ?? horwitzVariance(value, priors.horwitz);
  if (analyte.of === 'material' || treo === undefined) return { value, relative: own };
  const ofTotal = relativeVariance(treo) ?? horwitzVariance(toShare(treo), priors.horwitz);
  return { value, relative: own.add(ofTotal) };
}

function squaredPercent(percent: string): Rational {
  return Rational.parse(percent).div(HUNDRED).square();
}
