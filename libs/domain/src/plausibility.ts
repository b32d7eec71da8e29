import type { Composition, Mass } from './composition.js';
import type { Form } from './forms.js';
import type { Problem } from './problem.js';
import { type Fraction, type Quantity, toKilograms, toShare } from './quantity.js';
import { Rational } from './rational.js';
import { likelyUnitMistake } from './unit-mistake.js';

/** A material as far as a statement gives it: an input of a transformation has a mass and perhaps nothing else. */
export interface StatedMaterial {
  form?: Form;
  mass: Mass;
  composition?: Composition;
}

const HEAVIEST = Rational.parse('1000000000');
/** Gross less tare may miss net by rounding and by two scales of 0.1 %; beyond this share of gross it is a mistake. */
const TARE_TOLERANCE = Rational.parse('0.005');
/** Packaging is a small share of gross, so a net far above gross is compared with gross itself. */
const PACKAGING = Rational.parse('0.06');

/**
 * What no honest record says (refused at the door): a mass that is not positive or beyond 10^9 kg, net above gross,
 * net unlike gross less tare, a share outside 0 to 100 %. Pointers are relative to the material.
 */
export function plausibilityProblems(material: StatedMaterial): Problem[] {
  return [...massProblems(material.mass), ...compositionProblems(material.composition)];
}

function massProblems({ net, gross, tare, moisture }: Mass): Problem[] {
  return [
    ...quantityProblems(net, '/mass/net'),
    ...(gross === undefined
      ? []
      : [...quantityProblems(gross, '/mass/gross'), ...grossProblems(net, gross, tare)]),
    ...(moisture === undefined ? [] : moistureProblems(moisture)),
  ];
}

function quantityProblems(quantity: Quantity, pointer: string): Problem[] {
  const kilograms = toKilograms(quantity);
  const stated = `${quantity.value} ${quantity.unit}`;
  if (!kilograms.isPositive())
    return [{ code: 'mass-not-positive', pointer, detail: `${stated} weighs nothing` }];
  if (!kilograms.greaterThan(HEAVIEST)) return [];
  const hint =
    quantity.unit === 'kg' ? ' (perhaps grams or milligrams given as kg)' : ' (perhaps the unit is wrong)';
  return [{ code: 'mass-absurd', pointer, detail: `${stated} is more than 1000000000 kg${hint}` }];
}

function grossProblems(net: Quantity, gross: Quantity, tare: Quantity | undefined): Problem[] {
  const [n, g] = [toKilograms(net), toKilograms(gross)];
  if (n.greaterThan(g)) {
    const packed = tare === undefined ? g : g.sub(toKilograms(tare));
    const hint = likelyUnitMistake(n, packed, tare === undefined ? PACKAGING : undefined);
    return [problem('net-over-gross', `net ${show(net)} is more than gross ${show(gross)}`, hint)];
  }
  if (tare === undefined) return [];
  const expected = g.sub(toKilograms(tare));
  if (!expected.isPositive())
    return [problem('tare-over-gross', `tare ${show(tare)} is not less than gross ${show(gross)}`)];
  if (!n.sub(expected).abs().greaterThan(g.mul(TARE_TOLERANCE))) return [];
  const detail = `net ${show(net)} is not gross ${show(gross)} less tare ${show(tare)}`;
  return [problem('net-not-gross-less-tare', detail, likelyUnitMistake(n, expected))];
}

function problem(code: string, detail: string, hint?: string): Problem {
  return { code, pointer: '/mass/net', detail: hint === undefined ? detail : `${detail}: ${hint}` };
}

function show(quantity: Quantity): string {
  return `${quantity.value} ${quantity.unit}`;
}

function moistureProblems(moisture: Fraction): Problem[] {
  const share = toShare(moisture);
  if (!share.isNegative() && share.lessThan(Rational.one)) return [];
  const detail = `moisture ${moisture.value} ${moisture.unit} leaves no dry material; it is from 0 to below 100 %`;
  return [{ code: 'fraction-out-of-range', pointer: '/mass/moisture', detail }];
}

function compositionProblems(composition: Composition | undefined): Problem[] {
  if (composition === undefined) return [];
  return [
    ...(composition.treo === undefined ? [] : fractionProblems(composition.treo, '/composition/treo')),
    ...composition.analytes.flatMap((analyte, index) =>
      fractionProblems(analyte.fraction, `/composition/analytes/${String(index)}/fraction`),
    ),
  ];
}

function fractionProblems(fraction: Fraction, pointer: string): Problem[] {
  const share = toShare(fraction);
  if (!share.isNegative() && !share.greaterThan(Rational.one)) return [];
  const detail = `${fraction.value} ${fraction.unit} is not between 0 and 100 %`;
  return [{ code: 'fraction-out-of-range', pointer, detail }];
}
