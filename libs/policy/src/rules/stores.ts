import {
  Rational,
  toKilograms,
  type Element,
  type ElementContents,
  type ElementMass,
  type Mass,
} from '@lodemark/domain';
import type { Case } from '../case.js';
import type { Told } from '../effective-events.js';
import type { EntryRef } from '../evidence.js';
import { insufficient, type Found } from '../found.js';
import { NOTHING } from '../measure.js';
import type { Stated } from '../lineage.js';
import type { PolicyParameters } from '../policy-document.js';
import { Kept, rememberedPair } from '../remembered.js';
import { push } from '../root-facts.js';

/** What a facility draws from a lot holds no more than what came to it: an assay or a moisture makes nothing. */
export function storeFindings(known: Case): Found[] {
  const stores = storesOf(known);
  return [...known.traces.values()].flatMap(({ element, lots }) =>
    stores.filter(({ lot }) => lots.has(lot)).flatMap((store) => storeFindingOf(known, element, store)),
  );
}

/** A lot at a facility: what came, and what was taken of it. */
interface Store {
  readonly lot: string;
  readonly facility: string;
  readonly came: Amount;
  /** By all processes together, and by each hand-over: what was sent off may have come back. */
  readonly taken: readonly (readonly ElementContents[])[];
  /** All that came, as rich as later assays make it: a richer part shows only when the whole is taken to be so rich. */
  readonly assayed: readonly ElementContents[];
  readonly entries: readonly EntryRef[];
}

interface Amount {
  readonly net: Rational;
  readonly contents: readonly ElementContents[];
}

interface Draw {
  readonly told: Told;
  readonly mass: Mass;
}

function storesOf(known: Case): Store[] {
  const used = new Map<string, Draw[]>();
  const sent = new Map<string, Draw[]>();
  const keys = new Map<string, { lot: string; facility: string }>();
  const note = (draws: Map<string, Draw[]>, lot: string, draw: Draw) => {
    const { facility } = draw.told.event;
    const key = `${lot} ${facility}`;
    keys.set(key, { lot, facility });
    push(draws, key, draw);
  };
  for (const { told, inputs } of known.processes)
    for (const { lot, mass } of inputs) note(used, lot, { told, mass });
  for (const { lot, handOver } of known.links)
    for (const line of handOver?.dispatch.event.lots ?? [])
      if (handOver !== undefined && line.lot === lot)
        note(sent, lot, { told: handOver.dispatch, mass: line.mass });
  return [...keys].map(([key, place]) =>
    storeOf(known, place, { used: used.get(key) ?? [], sent: sent.get(key) ?? [] }),
  );
}

/** Stores under a policy, by who drew on them first, for as long as the same came and the same was drawn. */
const keptStores = rememberedPair(
  (_parameters: PolicyParameters, _first: Told) => new Map<string, Kept<Store>>(),
);

function storeOf(known: Case, place: Pick<Store, 'lot' | 'facility'>, draws: Draws): Store {
  const { lot, facility } = place;
  const { lineage, parameters } = known;
  const all = [...draws.used, ...draws.sent];
  const arrived = lineage.arrivedAs(lot, facility);
  const materials = all.map(({ told }) => lineage.materialAt(lot, facility, told.ref.index));
  const weighed = all.flatMap(({ told, mass }) => [told, mass]);
  const [first] = all;
  const work = () => storeFrom(known, place, { ...draws, arrived });
  if (first === undefined) return work();
  const stores = keptStores(parameters, first.told);
  const kept = stores.get(`${lot} ${facility}`) ?? new Kept<Store>();
  stores.set(`${lot} ${facility}`, kept);
  return kept.from([draws.used.length, ...weighed, ...materials, ...arrived], work);
}

interface Draws {
  readonly used: readonly Draw[];
  readonly sent: readonly Draw[];
}

function storeFrom(
  known: Case,
  { lot, facility }: Pick<Store, 'lot' | 'facility'>,
  { used, sent, arrived }: Draws & { readonly arrived: readonly Stated[] },
): Store {
  const { lineage, measure } = known;
  const materialOf = ({ told }: Draw) => lineage.materialAt(lot, facility, told.ref.index);
  const contentsOf = (draws: readonly Draw[]) =>
    draws.map((draw) => measure.part(materialOf(draw), draw.mass));
  const [came] = arrived;
  const others = new Set(
    [...used, ...sent].map(materialOf).filter((one) => one?.composition !== came?.composition),
  );
  return {
    lot,
    facility,
    came: {
      net: Rational.sum(arrived.map(({ mass }) => toKilograms(mass.net))),
      contents: arrived.map((stated) => measure.contents(stated)),
    },
    taken: [contentsOf(used), ...sent.map((draw) => contentsOf([draw]))],
    assayed:
      came === undefined || arrived.length > 1
        ? []
        : [...others].map((one) =>
            measure.part(one && { ...one, mass: { ...one.mass, ...came.mass } }, came.mass),
          ),
    entries: [...used, ...sent].map(({ told }) => told.ref),
  };
}

const keptFindings = rememberedPair(
  (_parameters: PolicyParameters, _store: Store) => new Map<Element, readonly Found[]>(),
);

function storeFindingOf(known: Case, element: Element, store: Store): readonly Found[] {
  const kept = keptFindings(known.parameters, store);
  const found = kept.get(element) ?? storeFinding(known, element, store);
  kept.set(element, found);
  return found;
}

function storeFinding(
  known: Case,
  element: Element,
  { lot, facility, came, taken, assayed, entries }: Store,
): Found[] {
  const held = contentOf(element, came.contents);
  if (held === undefined || came.contents.length === 0) return [];
  const possible = held.kg.add(unsaidOf(element, came));
  const exceeding = (amounts: readonly (readonly ElementContents[])[]) =>
    amounts
      .map((contents) => contentOf(element, contents))
      .find(
        (one) =>
          one?.kg
            .sub(possible)
            .exceeds(Rational.parse(known.parameters.coverageFactor), one.variance.add(held.variance)) ===
          true,
      );
  const drawn = exceeding(taken);
  const richer = exceeding(assayed.map((contents) => [contents]));
  const found = drawn ?? richer;
  if (found === undefined) return [];
  return [
    insufficient(
      drawn === undefined ? 'assayed-richer' : 'more-drawn-than-came',
      {
        facts: { lot, facility, element, heldKg: held.kg.toDecimal(3), drawnKg: found.kg.toDecimal(3) },
        entries,
      },
      {
        code: 'umpire',
        by: facility,
        what: `correct what is stated of lot ${lot}, or have an umpire laboratory assay it: more ${element} is drawn from it than came`,
      },
    ),
  ];
}

/** Kilograms of which no assay says whether they are the element. */
function unsaidOf(element: Element, { net, contents }: Amount): Rational {
  if (contents.some((one) => one.contents.has(element))) return Rational.zero;
  const named = contents.flatMap((one) => [...one.contents.values()].map(({ kg }) => kg));
  return Rational.max(Rational.zero, net.sub(Rational.sum(named)));
}

/** The element in all of it; undefined where anything cannot be measured. */
export function contentOf(element: Element, measured: readonly ElementContents[]): ElementMass | undefined {
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
