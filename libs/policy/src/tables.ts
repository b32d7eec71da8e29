import {
  DISCLOSURE_STAGES,
  isRareEarth,
  Rational,
  requiredStages,
  type DisclosureStage,
  type Element,
  type EventOf,
  type Form,
  type Step,
} from '@lodemark/domain';
import type { Case, StepPlace } from './case.js';
import type { Told } from './effective-events.js';
import { residue } from './measure.js';
import { rememberedPair } from './remembered.js';
import { push } from './root-facts.js';
import type { Trace } from './trace.js';
import type { ElementBalance, StageCell, Verdict } from './verdict.js';

/** The four-cell table of FY2023 NDAA s.857(a), per tracked element: in which countries each stage took place. */
export function disclosureStages(known: Case): Verdict['stages'] {
  const cells = (stage: DisclosureStage) =>
    [...known.wholeTraces.values()].map((trace) => cellOf(known, trace, stage));
  return {
    mined: cells('mined'),
    refinedIntoOxide: cells('refinedIntoOxide'),
    metalAndAlloy: cells('metalAndAlloy'),
    sinteredAndMagnetized: cells('sinteredAndMagnetized'),
  };
}

function cellOf(known: Case, trace: Trace, stage: DisclosureStage): StageCell {
  const places = placesAt(known, trace, stage);
  const { element } = trace;
  const countries = [...new Set(places.flatMap(({ country }) => country ?? []))].sort();
  const documented = places.length > 0 && places.every((place) => place.documented);
  return { element, countries, proven: documented && !isHidden(known, trace, stage) };
}

/**
 * Whether some of the element may have passed the stage where nobody says: at a place of no known country, or in what has
 * no origin, or one without a past.
 */
export function isHidden(known: Case, trace: Trace, stage: DisclosureStage): boolean {
  const { element, gaps, roots } = trace;
  if (placesAt(known, trace, stage).some(({ country }) => country === undefined)) return true;
  const pastUnsaid = roots
    .filter(({ event: { origin } }) => origin.kind === 'opening-stock' || isBoughtWithoutMine(origin))
    .map(({ event }) => event.form);
  const forms = [...gaps.map(({ lot }) => known.lineage.formOf(lot)), ...pastUnsaid];
  return forms.some((form) => stagesBehind(form, element).has(stage));
}

function isBoughtWithoutMine(origin: EventOf<'LotCreated'>['origin']): boolean {
  if (origin.kind !== 'purchased') return false;
  return !(origin.chain ?? []).some(({ step }) => step === 'MINE' || step === 'RECYCLE');
}

/** What material of a form, or of none that anybody states, has behind it; the mine in any case. */
export function stagesBehind(form: Form | undefined, element: Element): ReadonlySet<DisclosureStage> {
  const steps = requiredStages(form ?? 'MAGNET', isRareEarth(element) ? 'rare-earth' : 'alloying');
  return new Set<DisclosureStage>(['mined', ...steps.flatMap((step) => DISCLOSURE_STAGES[step] ?? [])]);
}

/** Where the element passed the stage, as far as anybody says that it did. */
function placesAt(known: Case, trace: Trace, stage: DisclosureStage): StepPlace[] {
  return passed(known, trace).filter(({ step }) => DISCLOSURE_STAGES[step] === stage);
}

// Asked for every stage, twice.
const passed = rememberedPair((known: Case, trace: Trace) =>
  known.placesOf(trace).filter(({ step, told }) => !isTakingIn(step, told)),
);

/** Scrap that was taken in has not been refined by that. */
function isTakingIn(step: Step, told: Told): boolean {
  return step === 'RECYCLE' && told.event.type === 'LotCreated';
}

const MILLIGRAM_PLACES = 6;

/**
 * For each tracked element, over all processes of the lineage: what the roots held, what is in the subject, and where
 * the rest is. Roots are counted whole: what of them went elsewhere stands under by-products and leftovers.
 */
export function lineageBalance(known: Case): ElementBalance[] {
  return [...known.wholeTraces.values()].map((trace) => balanceOf(known, trace));
}

function balanceOf(known: Case, trace: Trace): ElementBalance {
  const { element, roots, processes, lots } = trace;
  const kgIn = (stated: Parameters<Case['measure']['contents']>[0]) =>
    known.measure.contents(stated).contents.get(element)?.kg ?? Rational.zero;
  const fromRoots = Rational.sum(roots.map(({ event }) => kgIn(event)));
  const inSubject = known.material === undefined ? Rational.zero : kgIn(known.material);
  const beside = Rational.sum(
    processes.flatMap(({ outputs }) =>
      outputs
        .filter(({ lot }) => !lots.has(lot))
        .map((output) => kgIn(known.lineage.statedByMaker(output.lot) ?? output)),
    ),
  );
  const losses = Rational.sum(
    processes.flatMap(({ told: { event } }) => (event.losses ?? []).map((loss) => kgIn(residue(loss)))),
  );
  const elsewhere = remainders(known, trace);
  const kg = (amount: Rational) => amount.toDecimal(MILLIGRAM_PLACES);
  return {
    element,
    fromRootsKg: kg(fromRoots),
    inSubjectKg: kg(inSubject),
    byproductsKg: kg(beside),
    lossesKg: kg(losses),
    elsewhereKg: kg(elsewhere),
    unexplainedKg: kg(fromRoots.sub(inSubject).sub(beside).sub(losses).sub(elsewhere)),
  };
}

/** What of the lots that were made on the way was not used on it: still in store, or gone to somebody else's lots. */
function remainders(known: Case, { element, lots, processes }: Trace): Rational {
  const used = new Map<string, Rational[]>();
  for (const process of processes)
    for (const input of process.inputs)
      if (lots.has(input.lot))
        push(
          used,
          input.lot,
          known.measure.input(known.lineage, process, input).contents.get(element)?.kg ?? Rational.zero,
        );
  return Rational.sum(
    [...lots]
      .filter((lot) => lot !== known.subject)
      .map((lot) => {
        const made = known.lineage.madeAs(lot);
        const held = made === undefined ? undefined : known.measure.contents(made).contents.get(element)?.kg;
        return (held ?? Rational.zero).sub(Rational.sum(used.get(lot) ?? []));
      }),
  );
}
