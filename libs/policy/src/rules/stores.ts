import {
  Rational,
  toKilograms,
  type Composition,
  type Element,
  type ElementContents,
  type ElementMass,
  type Mass,
} from '@lodemark/domain';
import { balances, heelLeftTo } from '../balances.js';
import type { Case } from '../case.js';
import type { Told } from '../effective-events.js';
import type { EntryRef } from '../evidence.js';
import { insufficient, type Found } from '../found.js';
import type { Stated } from '../lineage.js';
import { NOTHING } from '../measure.js';
import { push } from '../root-facts.js';

/** What a facility draws from a lot holds no more than what came to it: an assay or a moisture makes nothing. */
export function storeFindings(known: Case): Found[] {
  return [...known.traces.values()].flatMap(({ element, lots }) =>
    [...drawsOf(known, lots).values()].flatMap((draws) => drawFindings(known, element, draws)),
  );
}

interface Draw {
  readonly lot: string;
  readonly told: Told;
  readonly mass: Mass;
}

/** Draws on the lots by the processes and the hand-overs of the lineage, by lot and facility. */
function drawsOf(known: Case, lots: ReadonlySet<string>): Map<string, Draw[]> {
  const draws = new Map<string, Draw[]>();
  const seen = new Set<string>();
  const draw = (one: Draw) => {
    const key = `${one.lot} ${one.told.event.facility}`;
    const place = `${key} ${String(one.told.ref.index)}`;
    if (!lots.has(one.lot) || seen.has(place)) return;
    seen.add(place);
    push(draws, key, one);
  };
  for (const { told, inputs } of known.processes)
    for (const { lot, mass } of inputs) draw({ lot, told, mass });
  for (const { lot, handOver } of known.links)
    for (const line of handOver?.dispatch.event.lots ?? [])
      if (handOver !== undefined && line.lot === lot) draw({ lot, told: handOver.dispatch, mass: line.mass });
  return draws;
}

function drawFindings(known: Case, element: Element, draws: readonly Draw[]): Found[] {
  const [first] = draws;
  if (first === undefined) return [];
  const { lot, told } = first;
  const { facility } = told.event;
  const arrived = known.lineage.arrivedAs(lot, facility);
  const [came] = arrived;
  const measured = arrived.map((stated) => known.measure.contents(stated));
  const held = contentOf(element, measured);
  if (came === undefined || held === undefined) return [];
  const unsaidKg = unsaidOf(element, arrived, measured);
  const said = (of: ElementMass, entries: readonly EntryRef[]) => ({
    facts: { lot, facility, element, heldKg: held.kg.toDecimal(3), drawnKg: of.kg.toDecimal(3) },
    entries,
  });
  const cure = {
    code: 'umpire',
    by: facility,
    what: `correct what is stated of lot ${lot}, or have an umpire laboratory assay it: more ${element} is drawn from it than came`,
  };
  const exceeds = (drawn: ElementMass | undefined): drawn is ElementMass =>
    drawn?.kg
      .sub(held.kg)
      .sub(unsaidKg)
      .exceeds(Rational.parse(known.parameters.coverageFactor), drawn.variance.add(held.variance)) === true;
  const materials = draws.map((draw) => known.lineage.materialAt(lot, facility, draw.told.ref.index));
  const parts = draws.map(({ mass }, index) => known.measure.part(materials[index], mass));
  const drawn = contentOf(element, parts);
  const entries = draws.map((draw) => draw.told.ref);
  if (exceeds(drawn)) return [insufficient('more-drawn-than-came', said(drawn, entries), cure)];
  // A part that is said to be richer than the whole shows only when the whole is taken to be so rich.
  const richer =
    arrived.length > 1 ? [] : materials.filter((stated) => stated?.composition !== came.composition);
  const whole = richer.map((stated) =>
    contentOf(element, [
      known.measure.part(stated && { ...stated, mass: { ...stated.mass, ...came.mass } }, came.mass),
    ]),
  );
  const found = whole.find(exceeds);
  return found === undefined ? [] : [insufficient('assayed-richer', said(found, entries), cure)];
}

/** Kilograms of which no assay says whether they are the element. */
function unsaidOf(
  element: Element,
  stated: readonly Stated[],
  measured: readonly ElementContents[],
): Rational {
  return Rational.sum(
    measured.map(({ contents }, index) => {
      const net = stated[index]?.mass.net;
      if (contents.has(element) || net === undefined) return Rational.zero;
      return toKilograms(net).sub(Rational.sum([...contents.values()].map(({ kg }) => kg)));
    }),
  );
}

/** The element in all of it; undefined where anything cannot be measured. */
function contentOf(element: Element, measured: readonly ElementContents[]): ElementMass | undefined {
  if (measured.some(({ gaps }) => gaps.length > 0)) return undefined;
  const masses = measured.map(({ contents }) => contents.get(element) ?? NOTHING);
  return {
    kg: Rational.sum(masses.map(({ kg }) => kg)),
    variance: Rational.sum(masses.map(({ variance }) => variance)),
  };
}

/** A hand-over at which a scale or an assay is said to tell nothing would let a lot grow on its way. */
export function scaleFindings(known: Case): Found[] {
  return known.links.flatMap(({ lot, receipt, handOver }): Found[] => {
    const { facility } = receipt.event;
    const came = known.lineage.arrivedAs(lot, facility).map((stated) => known.measure.contents(stated));
    const stretched = came.some(isStretched) ? [stretchedFinding(lot, receipt)] : [];
    const dispatch = handOver?.dispatch;
    const line = dispatch?.event.lots.find((candidate) => candidate.lot === lot);
    if (dispatch === undefined || line === undefined) return stretched;
    const held = known.lineage.materialAt(lot, dispatch.event.facility, dispatch.ref.index);
    return isStretched(known.measure.part(held, line.mass))
      ? [...stretched, stretchedFinding(lot, dispatch)]
      : stretched;
  });
}

function isStretched({ gaps }: ElementContents): boolean {
  return gaps.includes('uncertainty-implausible');
}

function stretchedFinding(lot: string, { event: { facility }, ref }: Told): Found {
  return insufficient(
    'uncertainty-stretched',
    { facts: { lot, facility }, entries: [ref] },
    {
      code: 'reweigh',
      by: facility,
      what: `weigh and assay lot ${lot} so that the result says something, and correct the uncertainty`,
    },
  );
}

/** What stood in a circuit before a process is what the process before it left there. */
export function heelFindings(known: Case): Found[] {
  return balances(known).flatMap(({ process, element }): Found[] => {
    const { event } = process.told;
    if (event.type !== 'Transformed' || event.heel === undefined) return [];
    const before = heelContent(known, element, event.heel.before);
    const left = heelLeftTo(known, process)?.told.event;
    const after = left?.type === 'Transformed' ? left.heel?.after : undefined;
    const there = after === undefined ? NOTHING : leftOf(known, element, after);
    if (before === undefined) return [];
    const excess = before.kg.sub(there.kg);
    const variance = before.variance.add(there.variance);
    if (!excess.exceeds(Rational.parse(known.parameters.coverageFactor), variance)) return [];
    return [
      insufficient(
        'heel-unsupported',
        {
          facts: {
            facility: process.facility,
            step: process.step,
            element,
            heelKg: before.kg.toDecimal(3),
            leftKg: there.kg.toDecimal(3),
          },
          entries: [process.told.ref],
        },
        {
          code: 'record-heel',
          by: process.facility,
          what: `record the process before it, and what of ${element} it left in the circuit`,
        },
      ),
    ];
  });
}

interface Held {
  readonly mass: Mass;
  readonly composition?: Composition;
}

/** Of what nobody assayed all may be the element. */
function leftOf(known: Case, element: Element, held: Held): ElementMass {
  return heelContent(known, element, held) ?? { kg: toKilograms(held.mass.net), variance: Rational.zero };
}

function heelContent(known: Case, element: Element, held: Held): ElementMass | undefined {
  return contentOf(element, [known.measure.contents({ form: 'RESIDUE', ...held })]);
}
