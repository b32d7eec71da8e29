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
});
