import type { ElementMass } from './element-contents.js';
import { Rational } from './rational.js';
import { likelyUnitMistake } from './unit-mistake.js';

/** One line of a balance: how much of the element, and whether it is a product (yields are product yields). */
export interface BalanceItem extends ElementMass {
  readonly product: boolean;
}

/** What is known of one element in one transformation. */
export interface ElementFlows {
  readonly inputs: readonly ElementMass[];
  readonly outputs: readonly BalanceItem[];
  readonly losses: readonly ElementMass[];
  readonly heelBefore?: ElementMass;
  readonly heelAfter?: ElementMass;
  /** Net kilograms that went in, heel included, and that nobody assayed: all of it could be the element. */
  readonly unassayedInKg?: Rational;
  /** Whether a product, or the heel left behind, was not assayed. */
  readonly unassayedOut?: boolean;
}

export interface BalanceLimits {
  /** Shares, decimal. */
  readonly yieldMin: Rational;
  readonly yieldMax: Rational;
  /** Coverage factor. */
  readonly k: Rational;
}

/**
 * `over`: more came out than went in, beyond k times u. `high`: the products hold more than the process can give.
 * `under`: they hold less than it must give, and what is recorded beside them does not cover the shortfall.
 * `unmeasured`: too little is assayed to say.
 */
export type BalanceVerdict = 'ok' | 'over' | 'high' | 'under' | 'unmeasured';

export interface ElementBalance {
  readonly verdict: BalanceVerdict;
  /** Inputs and the heel before. */
  readonly inKg: Rational;
  /** Everything recorded as coming out: products, by-products, losses, the heel after. */
  readonly outKg: Rational;
  readonly productKg: Rational;
  /** What the step had to work on: inputs less what the heel gained. */
  readonly workedKg: Rational;
  /** What is recorded beside the products, the heel apart. */
  readonly besideKg: Rational;
  /** In less out. */
  readonly residualKg: Rational;
  /** Of the residual, kg squared: every input, output, loss and heel counts. */
  readonly variance: Rational;
  /** Products over inputs less what the heel gained; null when nothing was left to work on. */
  readonly yield: Rational | null;
  /** The unit mistake that would explain `over`, `high` or `under`. */
  readonly hint?: string;
}

/** The tests of domain.md 3.7 for one element; compares squares, so that no root is taken. */
export function balanceElement(flows: ElementFlows, limits: BalanceLimits): ElementBalance {
  const inputs = [...flows.inputs, ...present(flows.heelBefore)];
  const outputs = [...flows.outputs, ...flows.losses, ...present(flows.heelAfter)];
  const [inKg, outKg] = [kgOf(inputs), kgOf(outputs)];
  const productKg = kgOf(flows.outputs.filter(({ product }) => product));
  const heelAfterKg = flows.heelAfter?.kg ?? Rational.zero;
  const workedKg = inKg.sub(heelAfterKg);
  const figures = {
    inKg,
    outKg,
    productKg,
    workedKg,
    besideKg: outKg.sub(productKg).sub(heelAfterKg),
    residualKg: inKg.sub(outKg),
    variance: varianceOf([...inputs, ...outputs]),
    yield: workedKg.isPositive() ? productKg.div(workedKg) : null,
  };
  const verdict = unmeasured(flows) ? withGaps(figures, flows, limits) : verdictOf(figures, limits);
  const contradicted = verdict !== 'ok' && verdict !== 'unmeasured';
  const hint = contradicted ? likelyUnitMistake(outKg, inKg) : undefined;
  return { ...figures, verdict, ...(hint === undefined ? {} : { hint }) };
}

type Figures = Omit<ElementBalance, 'verdict' | 'hint'>;

function unmeasured({ unassayedInKg, unassayedOut }: ElementFlows): boolean {
  return unassayedOut === true || (unassayedInKg?.isPositive() ?? false);
}

// More out than in stays a contradiction even if all that nobody assayed was the element.
function withGaps(
  { residualKg, variance }: Figures,
  { unassayedInKg = Rational.zero }: ElementFlows,
  { k }: BalanceLimits,
): BalanceVerdict {
  return residualKg.add(unassayedInKg).negate().exceeds(k, variance) ? 'over' : 'unmeasured';
}

function verdictOf(
  { residualKg, productKg, workedKg, besideKg, variance }: Figures,
  { k, yieldMin, yieldMax }: BalanceLimits,
): BalanceVerdict {
  if (residualKg.negate().exceeds(k, variance)) return 'over';
  // Kept as masses, P > max·I, so that nothing is divided by an input of zero.
  if (productKg.sub(workedKg.mul(yieldMax)).exceeds(k, variance)) return 'high';
  // Short of the least yield by more than k·u, even with all that was recorded beside the products.
  return workedKg.mul(yieldMin).sub(productKg).sub(besideKg).exceeds(k, variance) ? 'under' : 'ok';
}

function present(item: ElementMass | undefined): readonly ElementMass[] {
  return item === undefined ? [] : [item];
}

function kgOf(items: readonly ElementMass[]): Rational {
  return Rational.sum(items.map(({ kg }) => kg));
}

function varianceOf(items: readonly ElementMass[]): Rational {
  return Rational.sum(items.map(({ variance }) => variance));
}
