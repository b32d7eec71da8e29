import type { ElementMass } from './element-contents.js';
import { Rational } from './rational.js';

/** One line of a balance: how much of the element, and whether it is a product (yields are product yields). */
export interface BalanceItem extends ElementMass {
  readonly product: boolean;
}

/** What is known of one element in one transformation. `heelChange` is after less before; it counts as an output. */
export interface ElementFlows {
  readonly inputs: readonly ElementMass[];
  readonly outputs: readonly BalanceItem[];
  readonly losses: readonly ElementMass[];
  readonly heelBefore?: ElementMass;
  readonly heelAfter?: ElementMass;
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
 */
export type BalanceVerdict = 'ok' | 'over' | 'high' | 'under';

export interface ElementBalance {
  readonly verdict: BalanceVerdict;
  readonly inKg: Rational;
  /** Everything recorded as coming out: products, by-products, losses, heel change. */
  readonly outKg: Rational;
  readonly productKg: Rational;
  /** In less out. */
  readonly residualKg: Rational;
  /** Of the residual, kg squared. */
  readonly variance: Rational;
  /** Products over inputs; null when nothing went in. */
  readonly yield: Rational | null;
}

/** The tests of domain.md 3.7 for one element; compares squares, so that no root is taken. */
export function balanceElement(flows: ElementFlows, limits: BalanceLimits): ElementBalance {
  const inputs = [...flows.inputs, ...present(flows.heelBefore)];
  const outputs = [...flows.outputs, ...flows.losses, ...present(flows.heelAfter)];
  const products = flows.outputs.filter(({ product }) => product);
  const [inKg, outKg, productKg] = [kgOf(inputs), kgOf(outputs), kgOf(products)];
  const variance = varianceOf([...inputs, ...outputs]);
  const result = {
    inKg,
    outKg,
    productKg,
    residualKg: inKg.sub(outKg),
    variance,
    yield: inKg.isZero() ? null : productKg.div(inKg),
  };
  return { ...result, verdict: verdictOf(result, limits, varianceOf([...inputs, ...products])) };
}

type Figures = Omit<ElementBalance, 'verdict'>;

function verdictOf(
  { inKg, outKg, productKg, variance }: Figures,
  { k, yieldMin, yieldMax }: BalanceLimits,
  yieldVariance: Rational,
): BalanceVerdict {
  if (outKg.sub(inKg).exceeds(k, variance)) return 'over';
  // P > max·I beyond k·u of the two sides, kept as masses so that nothing is divided by an input of zero.
  if (productKg.sub(inKg.mul(yieldMax)).exceeds(k, yieldVariance)) return 'high';
  const least = inKg.mul(yieldMin);
  const short = least.sub(productKg).exceeds(k, yieldVariance);
  return short && least.sub(outKg).exceeds(k, variance) ? 'under' : 'ok';
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
