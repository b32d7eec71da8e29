import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ElementMass } from './element-contents.js';
import { balanceElement, type BalanceItem, type BalanceLimits, type ElementFlows } from './mass-balance.js';
import { Rational } from './rational.js';

const LIMITS: BalanceLimits = {
  yieldMin: Rational.parse('0.9'),
  yieldMax: Rational.parse('0.99'),
  k: Rational.parse('3'),
};

/** Grams of element, with a standard uncertainty of so many thousandths. */
const measured = fc
  .record({ grams: fc.integer({ min: 1, max: 5_000_000 }), perMille: fc.integer({ min: 0, max: 20 }) })
  .map(({ grams, perMille }): ElementMass => {
    const kg = Rational.of(BigInt(grams), 1000n);
    return { kg, variance: kg.mul(Rational.of(BigInt(perMille), 1000n)).square() };
  });

const item = fc.record({ mass: measured, product: fc.boolean() }).map(({ mass, product }): BalanceItem => ({
  ...mass,
  product,
}));

const flows = fc.record({
  inputs: fc.array(measured, { minLength: 1, maxLength: 4 }),
  outputs: fc.array(item, { minLength: 1, maxLength: 4 }),
  losses: fc.array(measured, { maxLength: 3 }),
  heelBefore: measured,
  heelAfter: measured,
});

function kgOf(masses: readonly ElementMass[]): Rational {
  return Rational.sum(masses.map(({ kg }) => kg));
}

function residualOf({ inputs, outputs, losses, heelBefore, heelAfter }: Required<Measured>): Rational {
  return kgOf([...inputs, heelBefore]).sub(kgOf([...outputs, ...losses, heelAfter]));
}

type Measured = Omit<ElementFlows, 'unassayedInKg' | 'unassayedOut'>;

/** A loss that takes what is left over, so that the process closes to the last milligram. */
function closed(process: Required<Measured>): ElementFlows | undefined {
  const left = residualOf(process);
  if (left.isNegative()) return undefined;
  return { ...process, losses: [...process.losses, { kg: left, variance: Rational.zero }] };
}

describe('conservation of mass in a process', () => {
  it('accounts for every input, output, loss and heel, and for each once', () => {
    fc.assert(
      fc.property(flows, (process) => {
        const { residualKg, inKg, outKg, variance } = balanceElement(process, LIMITS);
        expect(residualKg.equals(residualOf(process))).toBe(true);
        expect(inKg.sub(outKg).equals(residualKg)).toBe(true);
        const all = [
          ...process.inputs,
          ...process.outputs,
          ...process.losses,
          process.heelBefore,
          process.heelAfter,
        ];
        expect(variance.equals(Rational.sum(all.map((one) => one.variance)))).toBe(true);
      }),
    );
  });

  it('finds no more out than in where everything that came out was there', () => {
    fc.assert(
      fc.property(flows, (process) => {
        const whole = closed(process);
        fc.pre(whole !== undefined);
        expect(balanceElement(whole, LIMITS).verdict).not.toBe('over');
        expect(balanceElement(whole, LIMITS).residualKg.isZero()).toBe(true);
      }),
    );
  });

  it('finds more out than in as soon as the excess is beyond k times the uncertainty, and no sooner', () => {
    fc.assert(
      fc.property(flows, (process) => {
        const { verdict, variance } = balanceElement(process, LIMITS);
        const excess = residualOf(process).negate();
        const beyond = excess.isPositive() && excess.square().greaterThan(LIMITS.k.square().mul(variance));
        expect(verdict === 'over').toBe(beyond);
      }),
    );
  });

  it('says the same of a batch however it is divided into lines', () => {
    fc.assert(
      fc.property(flows, fc.integer({ min: 2, max: 5 }), (process, parts) => {
        const [first, ...rest] = process.inputs;
        fc.pre(first !== undefined);
        // Of one weighing: the parts' uncertainties are not independent, and add up to the whole's variance.
        const share = Rational.of(1n, BigInt(parts));
        const part = { kg: first.kg.mul(share), variance: first.variance.mul(share) };
        const divided = { ...process, inputs: [...Array.from({ length: parts }, () => part), ...rest] };
        expect(balanceElement(divided, LIMITS)).toMatchObject({
          verdict: balanceElement(process, LIMITS).verdict,
        });
      }),
    );
  });

  it('of two processes that hand everything on is that of both together', () => {
    fc.assert(
      fc.property(flows, flows, (one, other) => {
        const both = {
          inputs: [...one.inputs, ...other.inputs, one.heelBefore, other.heelBefore],
          outputs: [...one.outputs, ...other.outputs],
          losses: [...one.losses, ...other.losses, one.heelAfter, other.heelAfter],
        };
        const sum = balanceElement(one, LIMITS).residualKg.add(balanceElement(other, LIMITS).residualKg);
        const variance = balanceElement(one, LIMITS).variance.add(balanceElement(other, LIMITS).variance);
        const together = balanceElement(both, LIMITS);
        expect(together.residualKg.equals(sum)).toBe(true);
        expect(together.variance.equals(variance)).toBe(true);
      }),
    );
  });

  it('is never ok where something that counts was not measured', () => {
    fc.assert(
      fc.property(flows, measured, (process, { kg }) => {
        const verdicts = [
          balanceElement({ ...process, unassayedInKg: kg }, LIMITS).verdict,
          balanceElement({ ...process, unassayedOut: true }, LIMITS).verdict,
        ];
        expect(verdicts.every((verdict) => verdict === 'unmeasured' || verdict === 'over')).toBe(true);
      }),
    );
  });
});
