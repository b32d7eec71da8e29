import { epochMilliseconds, Rational, type Element, type Step } from '@lodemark/domain';
import type { Fed, Judged } from './balances.js';
import type { Case } from './case.js';
import { balances } from './balances.js';
import { windowOf } from './campaigns.js';
import { remembered } from './remembered.js';
import { push } from './root-facts.js';

/** One batch of a step as it counts beside others. */
export interface Batch {
  readonly judged: Judged;
  /** Of its residual, kg squared: what an assay of one lot is off by, it is off by in every batch that draws on the lot. */
  readonly variance: Rational;
}

/** Batches of one step at one facility that are balanced together: all, those of one campaign, those of one circuit. */
export interface Batches {
  readonly facility: string;
  readonly step: Step;
  readonly element: Element;
  /** Left out: all that the facility did of the step for this lineage. */
  readonly campaign?: string;
  readonly equipment?: string;
  /** By the time at which they ended. */
  readonly inOrder: readonly Batch[];
}

/** All batches of the lineage of which each by itself is in balance, wherever there are two or more of a kind. */
export const batchesOf = remembered((known: Case): readonly Batches[] => {
  const byStep = new Map<string, Judged[]>();
  for (const judged of balances(known)) {
    const { process, element, balance } = judged;
    if (balance.verdict === 'ok') push(byStep, `${process.facility} ${process.step} ${element}`, judged);
  }
  return [...byStep.values()].flatMap((all) => {
    const parts = [...partsOf(all, 'campaign'), ...partsOf(all, 'equipment')];
    return [together(all), ...parts].flatMap((batches) => batches ?? []);
  });
});

type Part = 'campaign' | 'equipment';

/** Of a campaign or a circuit, where it is not all that there is. */
function partsOf(all: readonly Judged[], part: Part): (Batches | undefined)[] {
  const byName = new Map<string, Judged[]>();
  for (const judged of all) {
    const { event } = judged.process.told;
    const name = event.type === 'Transformed' ? event[part] : undefined;
    if (name !== undefined) push(byName, name, judged);
  }
  return [...byName]
    .filter(([, some]) => some.length < all.length)
    .map(([name, some]) => together(some, { [part]: name }));
}

function together(
  all: readonly Judged[],
  of: { readonly [name in Part]?: string } = {},
): Batches | undefined {
  const [first] = all;
  if (first === undefined || all.length < 2) return undefined;
  const drawn = new Map<string, Rational>();
  for (const { lot, kg } of all.flatMap(({ fed }) => fed))
    drawn.set(lot, (drawn.get(lot) ?? Rational.zero).add(kg));
  const inOrder = [...all].sort(byEnd);
  const {
    process: { facility, step },
    element,
  } = first;
  return {
    facility,
    step,
    element,
    ...of,
    inOrder: inOrder.map((judged) => ({ judged, variance: sharedVariance(judged, drawn) })),
  };
}

function byEnd(a: Judged, b: Judged): number {
  return (
    epochMilliseconds(windowOf(a.process).to) - epochMilliseconds(windowOf(b.process).to) ||
    a.process.told.ref.index - b.process.told.ref.index
  );
}

/** The variance of a batch, with its part of what all batches together do not know of the lots that they draw on. */
function sharedVariance({ balance, fed }: Judged, drawn: ReadonlyMap<string, Rational>): Rational {
  const shared = fed.flatMap(({ lot, kg, variance }: Fed) => {
    const others = (drawn.get(lot) ?? kg).sub(kg);
    return kg.isPositive() && others.isPositive() ? [variance.mul(others).div(kg)] : [];
  });
  return Rational.sum([balance.variance, ...shared]);
}
