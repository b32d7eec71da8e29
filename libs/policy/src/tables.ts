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
import type { Case } from './case.js';
import type { Told } from './effective-events.js';
import { residue } from './measure.js';
import { push } from './root-facts.js';
import type { Trace } from './trace.js';
import type { ElementBalance, StageCell, Verdict } from './verdict.js';

const STAGES: readonly DisclosureStage[] = [
  'mined',
  'refinedIntoOxide',
  'metalAndAlloy',
  'sinteredAndMagnetized',
];

/** The four-cell table of FY2023 NDAA s.857(a), per tracked element: in which countries each stage took place. */
export function disclosureStages(known: Case): Verdict['stages'] {
  const passed = new Map(
    [...known.wholeTraces].map(([element, trace]) => [
      element,
      known.placesOf(trace).filter(({ step, told }) => !isTakingIn(step, told)),
    ]),
  );
  const cells = (stage: DisclosureStage): StageCell[] =>
    known.tracked.map((element) => {
      const trace = known.wholeTraces.get(element);
      const places = (passed.get(element) ?? []).filter(({ step }) => DISCLOSURE_STAGES[step] === stage);
      const countries = [...new Set(places.flatMap(({ country }) => country ?? []))].sort();
      return {
        element,
        countries,
        proven:
          places.length > 0 &&
          places.every(({ country, documented }) => country !== undefined && documented) &&
          (trace === undefined || !isHidden(known, trace, stage)),
      };
    });
  const [mined, refinedIntoOxide, metalAndAlloy, sinteredAndMagnetized] = STAGES.map(cells);
  return {
    mined: mined ?? [],
    refinedIntoOxide: refinedIntoOxide ?? [],
    metalAndAlloy: metalAndAlloy ?? [],
    sinteredAndMagnetized: sinteredAndMagnetized ?? [],
  };
}

/** Whether some of the element may have passed the stage where nobody says: what has no origin, or one without a past. */
export function isHidden(known: Case, { element, gaps, roots }: Trace, stage: DisclosureStage): boolean {
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
  return known.tracked.map((element) => balanceOf(known, element));
}

function balanceOf(known: Case, element: Element): ElementBalance {
  const trace = known.wholeTraces.get(element);
  const kgIn = (stated: Parameters<Case['measure']['contents']>[0]) =>
    known.measure.contents(stated).contents.get(element)?.kg ?? Rational.zero;
  const fromRoots = Rational.sum((trace?.roots ?? []).map(({ event }) => kgIn(event)));
  const inSubject = known.material === undefined ? Rational.zero : kgIn(known.material);
  const beside = Rational.sum(
    (trace?.processes ?? []).flatMap(({ outputs }) =>
      outputs
        .filter(({ lot }) => trace?.lots.has(lot) !== true)
        .map((output) => kgIn(known.lineage.statedByMaker(output.lot) ?? output)),
    ),
  );
  const losses = Rational.sum(
    (trace?.processes ?? []).flatMap(({ told: { event } }) =>
      (event.losses ?? []).map((loss) => kgIn(residue(loss))),
    ),
  );
  const elsewhere = trace === undefined ? Rational.zero : remainders(known, trace);
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
