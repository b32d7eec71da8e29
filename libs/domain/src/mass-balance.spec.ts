import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { elementContents, type MeasurementPriors, type StatedContents } from './element-contents.js';
import type { Element } from './elements.js';
import { HORWITZ_TABLE } from './horwitz.js';
import { balanceElement, type ElementFlows } from './mass-balance.js';
import type { Form } from './forms.js';
import { Rational } from './rational.js';
import type { Substance } from './substances.js';
import { YIELD_RANGES, yieldRange } from './yield-ranges.js';

const PRIORS: MeasurementPriors = { scalePercent: '0.1', moisturePercent: '2', horwitz: HORWITZ_TABLE };
const certified = { value: '0.3', kind: 'relative-percent', k: '1' } as const;

function pure(form: Form, kg: string, assay: [Substance, string]): StatedContents {
  const [substance, percent] = assay;
  return {
    form,
    mass: { net: { value: kg, unit: 'kg' } },
    composition: {
      basis: 'as-received',
      analytes: [
        { substance, fraction: { value: percent, unit: '%', uncertainty: certified }, of: 'material' },
      ],
    },
  };
}

function contained(material: StatedContents, element: Element) {
  const { contents, gaps } = elementContents(material, PRIORS);
  const mass = contents.get(element);
  if (mass === undefined) throw new Error(gaps.join(' '));
  return mass;
}

function reduceDysprosium(outKg: string) {
  const range = yieldRange('REDUCE', 'Dy', YIELD_RANGES);
  const flows: ElementFlows = {
    inputs: [contained(pure('OXIDE', '1000.0', ['Dy2O3', '99.5']), 'Dy')],
    outputs: [{ ...contained(pure('METAL', outKg, ['Dy', '100']), 'Dy'), product: true }],
    losses: [],
  };
  return balanceElement(flows, {
    yieldMin: Rational.parse(range?.min ?? '0'),
    yieldMax: Rational.parse(range?.max ?? '1'),
    k: Rational.parse('3'),
  });
}

describe('contained element mass', () => {
  it('holds 866.96 kg of dysprosium in a tonne of 99.5 % oxide', () => {
    expect(contained(pure('OXIDE', '1000.0', ['Dy2O3', '99.5']), 'Dy').kg.toDecimal(2)).toBe('866.96');
  });

  it('takes the moisture off a wet concentrate and reads a share of the TREO through the TREO', () => {
    const concentrate: StatedContents = {
      form: 'CONCENTRATE',
      mass: { net: { value: '40000', unit: 'kg' }, moisture: { value: '4.0', unit: '%' } },
      composition: {
        basis: 'dry',
        treo: { value: '45.0', unit: '%' },
        analytes: [{ substance: 'Nd2O3', fraction: { value: '17.5', unit: '%' }, of: 'treo' }],
      },
    };
    expect(contained(concentrate, 'Nd').kg.toDecimal(1)).toBe('2592.6');
  });

  it('leaves a mass unmeasured, never zero, when the basis or the TREO is missing', () => {
    const material = pure('CONCENTRATE', '100', ['Nd2O3', '10']);
    const dry = {
      ...material,
      composition: {
        ...material.composition,
        basis: 'dry' as const,
        analytes: material.composition?.analytes ?? [],
      },
    };
    expect(elementContents(dry, PRIORS)).toMatchObject({ gaps: ['moisture-missing'] });
    expect(elementContents({ form: 'OXIDE', mass: material.mass }, PRIORS).gaps).toEqual(['no-composition']);
  });

  it('does not add up an element that is stated twice', () => {
    const twice = pure('OXIDE', '100', ['Pr6O11', '50']);
    twice.composition?.analytes.push({
      substance: 'Pr2O3',
      fraction: { value: '20', unit: '%' },
      of: 'material',
    });
    expect(elementContents(twice, PRIORS).gaps).toEqual(['element-twice']);
  });
});

describe('the balance of one element in one transformation (worked example of domain.md 3.7)', () => {
  it('fails 880 kg of metal from 867 kg of dysprosium in oxide', () => {
    const balance = reduceDysprosium('880');
    expect(balance.verdict).toBe('over');
    expect(balance.residualKg.toDecimal(1)).toBe('-13.0');
  });

  it('finds 860 kg better than the process can do', () => {
    expect(reduceDysprosium('860').verdict).toBe('high');
  });

  it('accepts the 806 kg that the process gives', () => {
    expect(reduceDysprosium('806').verdict).toBe('ok');
  });

  it('wants a loss explained, and accepts it once it is recorded', () => {
    const short = reduceDysprosium('600');
    expect(short.verdict).toBe('under');
    const slag = { ...contained(pure('RESIDUE', '180', ['Dy', '100']), 'Dy'), product: false };
    const flows: ElementFlows = {
      inputs: [contained(pure('OXIDE', '1000.0', ['Dy2O3', '99.5']), 'Dy')],
      outputs: [{ ...contained(pure('METAL', '600', ['Dy', '100']), 'Dy'), product: true }, slag],
      losses: [],
    };
    expect(
      balanceElement(flows, {
        yieldMin: Rational.parse('0.87'),
        yieldMax: Rational.parse('0.97'),
        k: Rational.parse('3'),
      }).verdict,
    ).toBe('ok');
  });

  it('does not depend on the order of its lines, nor on the unit of all of them', () => {
    const masses = fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(masses, masses, fc.integer({ min: 1, max: 1_000 }), (ins, outs, factor) => {
        const line = (milli: number, scale: bigint) => {
          const kg = Rational.of(BigInt(milli) * scale, 1_000n);
          return { kg, variance: kg.square().mul(Rational.parse('0.0001')), product: true };
        };
        const balance = (order: (list: number[]) => number[], scale: bigint) =>
          balanceElement(
            {
              inputs: order(ins).map((milli) => line(milli, scale)),
              outputs: order(outs).map((milli) => line(milli, scale)),
              losses: [],
            },
            { yieldMin: Rational.parse('0.9'), yieldMax: Rational.parse('0.99'), k: Rational.parse('3') },
          );
        const plain = balance((list) => list, 1n);
        expect(balance((list) => list.toReversed(), 1n)).toEqual(plain);
        expect(balance((list) => list, BigInt(factor)).verdict).toBe(plain.verdict);
      }),
    );
  });

  it('does not depend on how a lot is split', () => {
    const kilograms = fc.bigInt({ min: 1n, max: 10n ** 6n });
    const parts = fc.array(kilograms, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(parts, kilograms, (products, fed) => {
        const certain = (kg: bigint) => ({ kg: Rational.of(kg), variance: Rational.zero, product: true });
        const balance = (outputs: bigint[]) =>
          balanceElement({ inputs: [certain(fed)], outputs: outputs.map(certain), losses: [] }, METAL_LIMITS);
        const whole = products.reduce((sum, part) => sum + part, 0n);
        expect(balance(products)).toEqual(balance([whole]));
      }),
    );
  });

  it('closes over a chain: the residuals of two steps add up to that of both together', () => {
    const amount = fc.bigInt({ min: 0n, max: 10n ** 6n }).map((kg) => ({
      kg: Rational.of(kg),
      variance: Rational.of(kg),
    }));
    fc.assert(
      fc.property(amount, amount, amount, (ore, oxide, metal) => {
        const step = (from: typeof ore, to: typeof ore) =>
          balanceElement({ inputs: [from], outputs: [{ ...to, product: true }], losses: [] }, METAL_LIMITS);
        const both = step(ore, oxide).residualKg.add(step(oxide, metal).residualKg);
        expect(both.equals(step(ore, metal).residualKg)).toBe(true);
      }),
    );
  });
});

const METAL_LIMITS = {
  yieldMin: Rational.parse('0.9'),
  yieldMax: Rational.parse('0.99'),
  k: Rational.parse('3'),
};

const exactly = (text: string) => ({ kg: Rational.parse(text), variance: Rational.zero });
const about = (text: string) => {
  const kg = Rational.parse(text);
  return { kg, variance: kg.mul(Rational.parse('0.001')).square() };
};
const product = (text: string) => ({ ...exactly(text), product: true });
const beside = (text: string) => ({ ...exactly(text), product: false });
const verdictOf = (flows: Partial<ElementFlows>) =>
  balanceElement({ inputs: [], outputs: [], losses: [], ...flows }, METAL_LIMITS).verdict;

describe('the edges of a balance', () => {
  it('stand where the yield range says, to the last digit, when nothing is uncertain', () => {
    const of = (text: string) => verdictOf({ inputs: [exactly('100')], outputs: [product(text)] });
    expect(of('100.000001')).toBe('over');
    expect(of('100')).toBe('high');
    expect(of('99.000001')).toBe('high');
    expect(of('99')).toBe('ok');
    expect(of('90')).toBe('ok');
    expect(of('89.999999')).toBe('under');
  });

  it('widen by k times the combined uncertainty of every line', () => {
    // 100 in and 100.4 out, each to 0.1 %: 3u = 3 (0.1^2 + 0.1004^2)^0.5 = 0.425 kg.
    expect(verdictOf({ inputs: [about('100')], outputs: [{ ...about('100.4'), product: false }] })).toBe(
      'ok',
    );
    expect(verdictOf({ inputs: [about('100')], outputs: [{ ...about('100.5'), product: false }] })).toBe(
      'over',
    );
  });

  it('count by-products, losses and the heel as coming out', () => {
    const inputs = [exactly('100')];
    const outputs = [product('95'), beside('4')];
    expect(verdictOf({ inputs, outputs, losses: [exactly('1')] })).toBe('ok');
    expect(verdictOf({ inputs, outputs, losses: [exactly('1.5')] })).toBe('over');
    expect(verdictOf({ inputs, outputs, heelAfter: exactly('1.5') })).toBe('over');
  });

  it('take a shortfall as explained by what is recorded beside the product, and by nothing else', () => {
    const inputs = [exactly('100')];
    expect(verdictOf({ inputs, outputs: [product('60')] })).toBe('under');
    expect(verdictOf({ inputs, outputs: [product('60'), beside('29')] })).toBe('under');
    expect(verdictOf({ inputs, outputs: [product('60'), beside('30')] })).toBe('ok');
    expect(verdictOf({ inputs, outputs: [product('60')], losses: [exactly('30')] })).toBe('ok');
  });

  it('measure the yield on what was worked, so that a large heel hides nothing', () => {
    const heel = { heelBefore: exactly('1000'), heelAfter: exactly('1000') };
    expect(verdictOf({ inputs: [exactly('100')], outputs: [product('95')], ...heel })).toBe('ok');
    expect(verdictOf({ inputs: [exactly('100')], outputs: [product('99.5')], ...heel })).toBe('high');
    expect(verdictOf({ inputs: [exactly('100')], outputs: [product('80')], ...heel })).toBe('under');
    const drawnDown = { heelBefore: exactly('1000'), heelAfter: exactly('950') };
    expect(verdictOf({ inputs: [exactly('100')], outputs: [product('140')], ...drawnDown })).toBe('ok');
    const filledUp = { heelBefore: exactly('0'), heelAfter: exactly('50') };
    expect(verdictOf({ inputs: [exactly('100')], outputs: [product('47')], ...filledUp })).toBe('ok');
  });

  it('say over of what comes out of nothing, and nothing of nothing', () => {
    expect(verdictOf({ outputs: [product('1')] })).toBe('over');
    const empty = balanceElement({ inputs: [], outputs: [], losses: [] }, METAL_LIMITS);
    expect(empty).toMatchObject({ verdict: 'ok', yield: null });
  });

  it('are unmeasured when an input or a product is, unless even that could not explain the excess', () => {
    const inputs = [exactly('100')];
    const unassayedInKg = Rational.parse('5');
    expect(verdictOf({ inputs, outputs: [product('95')], unassayedInKg })).toBe('unmeasured');
    expect(verdictOf({ inputs, outputs: [product('104')], unassayedInKg })).toBe('unmeasured');
    expect(verdictOf({ inputs, outputs: [product('106')], unassayedInKg })).toBe('over');
    expect(verdictOf({ inputs, outputs: [product('95')], unassayedOut: true })).toBe('unmeasured');
    expect(verdictOf({ inputs, outputs: [product('101')], unassayedOut: true })).toBe('over');
    expect(verdictOf({ inputs, outputs: [product('95')], unassayedInKg: Rational.zero })).toBe('ok');
  });

  it('name the unit mistake that would explain them', () => {
    const of = (text: string) =>
      balanceElement({ inputs: [exactly('100')], outputs: [product(text)], losses: [] }, METAL_LIMITS).hint;
    expect(of('220.4')).toContain('lb given as kg');
    expect(of('45.4')).toContain('kg given as lb');
    expect(of('95')).toBeUndefined();
    expect(of('300')).toBeUndefined();
  });
});

describe('the golden path (invented figures of domain.md 3.8)', () => {
  const step = (name: Parameters<typeof yieldRange>[0], element: Element, masses: [string, string]) => {
    const range = yieldRange(name, element, YIELD_RANGES)!;
    const limits = {
      yieldMin: Rational.parse(range.min),
      yieldMax: Rational.parse(range.max),
      k: METAL_LIMITS.k,
    };
    const [fed, made] = masses;
    const flows = { inputs: [exactly(fed)], outputs: [product(made)], losses: [] };
    return balanceElement(flows, limits).verdict;
  };

  it.each<[Parameters<typeof yieldRange>[0], Element, [string, string]]>([
    ['CRACK_LEACH', 'Nd', ['2592.6', '2385.2']],
    ['SEPARATE', 'Nd', ['2385.2', '2313.7']],
    ['SEPARATE', 'Dy', ['173.1', '167.9']],
    ['REDUCE', 'Nd', ['2313.7', '2267.4']],
    ['REDUCE', 'Pr', ['612.7', '600.4']],
    ['REDUCE', 'Dy', ['167.9', '156.2']],
    ['REDUCE', 'Tb', ['32.8', '30.5']],
    ['ALLOY_MELT', 'Nd', ['2267.4', '2222.1']],
    ['POWDER', 'Nd', ['2222.1', '2155.4']],
    ['SINTER', 'Nd', ['2155.4', '2123.1']],
    ['MACHINE', 'Nd', ['2123.1', '1592.3']],
  ])('%s keeps %s in range, %j kg', (name, element, masses) => {
    expect(step(name, element, masses)).toBe('ok');
  });

  it('does not let the left-over dysprosium be made twice', () => {
    expect(step('ALLOY_MELT', 'Dy', ['116.7', '156.2'])).toBe('over');
  });
});
