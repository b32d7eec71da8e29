import { Rational } from '@lodemark/domain';
import { batchesOf, type Batch, type Batches } from '../batches.js';
import type { Case } from '../case.js';
import { cumulated, type Run } from '../cumulated.js';
import { insufficient, type Found } from '../found.js';

/** Batches that each give no more than they may, and too much together (domain.md 3.7, over, of campaign and period). */
export function excessTogether(known: Case): Found[] {
  const k = Rational.parse(known.parameters.coverageFactor);
  return batchesOf(known).flatMap((batches) => {
    const run = runBeyond(batches, k, ({ residualKg }) => residualKg.negate());
    return run === undefined
      ? []
      : [
          insufficient('more-out-than-in-together', saidOf(batches, run.members), {
            code: 'explain-excess',
            by: batches.facility,
            what: `record the input that the excess of ${batches.element} came from, or have a scale or an assay that is always off put right`,
          }),
        ];
  });
}

/** Batches that each yield what the step can, within what is not known of them, and together more (3.7, high). */
export function yieldTogether(known: Case): Found[] {
  const k = Rational.parse(known.parameters.coverageFactor);
  return batchesOf(known).flatMap((batches) => {
    const [first] = batches.inOrder;
    if (first === undefined || runBeyond(batches, k, ({ residualKg }) => residualKg.negate())) return [];
    const most = Rational.parse(first.judged.range?.max ?? '1');
    const run = runBeyond(batches, k, ({ productKg, workedKg }) => productKg.sub(workedKg.mul(most)));
    return run === undefined
      ? []
      : [
          insufficient('yield-too-high-together', saidOf(batches, run.members), {
            code: 'explain-yield',
            by: batches.facility,
            what: `explain a yield of ${batches.element} that ${batches.step} cannot give batch after batch: was an input left out?`,
          }),
        ];
  });
}

/** Batches that each lose what the step may, within what is not known of them, and together more (3.7, under). */
export function lossTogether(known: Case): Found[] {
  const k = Rational.parse(known.parameters.coverageFactor);
  return batchesOf(known).flatMap((batches) => {
    const least = Rational.parse(batches.inOrder[0]?.judged.range?.min ?? '0');
    const run = runBeyond(batches, k, ({ productKg, workedKg, besideKg }) =>
      workedKg.mul(least).sub(productKg).sub(besideKg),
    );
    return run === undefined
      ? []
      : [
          insufficient('loss-unexplained-together', saidOf(batches, run.members), {
            code: 'record-losses',
            by: batches.facility,
            what: `record where the ${batches.element} went that ${batches.step} misses batch after batch`,
          }),
        ];
  });
}

type Figures = Batch['judged']['balance'];

function runBeyond(
  { inOrder }: Batches,
  k: Rational,
  of: (figures: Figures) => Rational,
): Run<Batch> | undefined {
  return cumulated(
    inOrder.map((batch) => ({ ...batch, kg: of(batch.judged.balance) })),
    k,
  );
}

function saidOf({ facility, step, element, campaign, equipment }: Batches, run: readonly Batch[]) {
  const sum = (of: (figures: Figures) => Rational) =>
    Rational.sum(run.map(({ judged }) => of(judged.balance))).toDecimal(3);
  const range = run[0]?.judged.range;
  return {
    facts: {
      facility,
      step,
      element,
      batches: run.length,
      inKg: sum(({ inKg }) => inKg),
      outKg: sum(({ outKg }) => outKg),
      productKg: sum(({ productKg }) => productKg),
      ...(campaign === undefined ? {} : { campaign }),
      ...(equipment === undefined ? {} : { equipment }),
      ...(range === undefined ? {} : { yieldMin: range.min, yieldMax: range.max }),
    },
    entries: run.map(({ judged }) => judged.process.told.ref),
  };
}
