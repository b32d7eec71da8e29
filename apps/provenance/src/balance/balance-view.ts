import {
  balanceElement,
  ELEMENTS,
  Rational,
  toKilograms,
  type BalanceItem,
  type Element,
  type ElementContents,
  type ElementFlows,
  type ElementMass,
  type Mass,
} from '@lodemark/domain';
import { isTold, type Process } from '@lodemark/policy';
import type { Dossier } from '../evidence/dossier.js';
import { contentsOf, contentsOfInput, inputsOf } from '../lineage/element-masses.js';
import { KG_PLACES, refOf } from '../lots/lot-view.js';
import type { BalanceRowResponse, StepBalanceResponse } from './mass-balance.response.js';

interface Line {
  readonly mass: Mass;
  readonly contents: ElementContents;
}

interface Lines {
  readonly inputs: readonly Line[];
  readonly products: readonly Line[];
  readonly beside: readonly Line[];
  readonly losses: readonly Line[];
  readonly before: readonly Line[];
  readonly after: readonly Line[];
}

/** What went in and what came out of one process, gross and by element (domain.md 3.7). */
export function balanceOf(dossier: Dossier, process: Process, k: Rational): StepBalanceResponse {
  const { step, facility, told, inputs, outputs } = process;
  const lines = linesOf(dossier, process);
  const elements = ELEMENTS.filter((element) =>
    [...lines.inputs, ...lines.products].some(({ contents }) => contents.contents.has(element)),
  );
  return {
    ...{ step, facility, occurredAt: told.event.occurredAt, entry: refOf(told.ref) },
    inputs: inputs.map(({ lot }) => lot),
    outputs: outputs.map(({ lot }) => lot),
    rows: [rowOf('gross', lines, k), ...elements.map((element) => rowOf(element, lines, k))],
  };
}

function linesOf(dossier: Dossier, process: Process): Lines {
  const { told, outputs } = process;
  const asLine = (stated: (typeof outputs)[number]): Line => ({
    mass: stated.mass,
    contents: contentsOf(stated),
  });
  const form = outputs[0]?.form ?? 'RESIDUE';
  const loose = (
    parts: readonly { mass: Mass; composition?: Parameters<typeof contentsOf>[0]['composition'] }[],
  ) =>
    parts.map(({ mass, composition }): Line => ({
      mass,
      contents: contentsOf({ form, mass, ...(composition === undefined ? {} : { composition }) }),
    }));
  const heel = isTold(told, 'Transformed') ? told.event.heel : undefined;
  return {
    inputs: inputsOf(dossier.lineage, process).map((input) => ({
      mass: input.mass,
      contents: contentsOfInput(dossier.lineage, process, input),
    })),
    products: outputs.filter(({ role }) => role === 'product').map(asLine),
    beside: outputs.filter(({ role }) => role !== 'product').map(asLine),
    losses: loose(told.event.losses ?? []),
    before: loose(heel === undefined ? [] : [heel.before]),
    after: loose(heel === undefined ? [] : [heel.after]),
  };
}

const NO_LIMITS = { yieldMin: Rational.zero, yieldMax: Rational.fromInteger(1_000_000) };

function rowOf(element: Element | 'gross', lines: Lines, k: Rational): BalanceRowResponse {
  const measured = {
    inputs: massesOf(element, lines.inputs),
    products: massesOf(element, lines.products),
    beside: massesOf(element, lines.beside),
    losses: massesOf(element, lines.losses),
    before: massesOf(element, lines.before),
    after: massesOf(element, lines.after),
  };
  const { inputs, products, beside, losses, before, after } = measured;
  const figures = {
    element,
    inKg: sumOf(inputs),
    productKg: sumOf(products),
    besideKg: sumOf(beside),
    lossKg: sumOf(losses),
    heelChangeKg: before === null || after === null ? null : difference(after, before),
  };
  if (Object.values(measured).includes(null))
    return { ...figures, unexplainedKg: null, status: 'unmeasured' };
  const flows: ElementFlows = {
    inputs: [...(inputs ?? []), ...(before ?? [])],
    outputs: [...asItems(products, true), ...asItems(beside, false), ...asItems(after, false)],
    losses: losses ?? [],
  };
  const { residualKg, variance, verdict } = balanceElement(flows, { ...NO_LIMITS, k });
  const open = residualKg.exceeds(k, variance);
  const status = verdict === 'over' ? 'over' : open ? 'open' : 'closes';
  return { ...figures, unexplainedKg: residualKg.toDecimal(KG_PLACES), status };
}

function asItems(masses: readonly ElementMass[] | null, product: boolean): BalanceItem[] {
  return (masses ?? []).map((mass) => ({ ...mass, product }));
}

const SCALE_VARIANCE = Rational.parse('0.000001');

/** null when one of the lines was not measured: what nobody measured is not zero. */
function massesOf(element: Element | 'gross', lines: readonly Line[]): readonly ElementMass[] | null {
  if (element === 'gross') {
    return lines.map(({ mass }) => {
      const kg = toKilograms(mass.net);
      // 0.1 % of a platform scale (domain.md 3.6).
      return { kg, variance: kg.square().mul(SCALE_VARIANCE) };
    });
  }
  const masses = lines.map(({ mass, contents: { contents, gaps } }) => {
    if (toKilograms(mass.net).isZero()) return NOTHING;
    // An assay that does not name the element found none worth naming.
    return gaps.length > 0 ? null : (contents.get(element) ?? NOTHING);
  });
  return masses.includes(null) ? null : masses.filter((mass) => mass !== null);
}

const NOTHING: ElementMass = { kg: Rational.zero, variance: Rational.zero };

function sumOf(masses: readonly ElementMass[] | null): string | null {
  return masses === null ? null : Rational.sum(masses.map(({ kg }) => kg)).toDecimal(KG_PLACES);
}

function difference(after: readonly ElementMass[], before: readonly ElementMass[]): string {
  const total = (masses: readonly ElementMass[]) => Rational.sum(masses.map(({ kg }) => kg));
  return total(after).sub(total(before)).toDecimal(KG_PLACES);
}
