import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Analyte, Composition } from './composition.js';
import { elementContents, type MeasurementPriors, type StatedContents } from './element-contents.js';
import type { Element } from './elements.js';
import { FORMS } from './forms.js';
import { HORWITZ_TABLE } from './horwitz.js';
import type { Fraction, Quantity, Uncertainty } from './quantity.js';
import { Rational } from './rational.js';

const PRIORS: MeasurementPriors = { scalePercent: '0.1', moisturePercent: '2', horwitz: HORWITZ_TABLE };

const kg = (value: string, uncertainty?: Uncertainty): Quantity => ({
  value,
  unit: 'kg',
  ...(uncertainty === undefined ? {} : { uncertainty }),
});
const percent = (value: string, uncertainty?: Uncertainty): Fraction => ({
  value,
  unit: '%',
  ...(uncertainty === undefined ? {} : { uncertainty }),
});
const oneSigma = (value: string): Uncertainty => ({ value, kind: 'relative-percent', k: '1' });
const line = (substance: Analyte['substance'], value: string, of: Analyte['of'] = 'material'): Analyte => ({
  substance,
  fraction: percent(value),
  of,
});
const lot = (
  form: StatedContents['form'],
  net: Quantity,
  composition: Partial<Composition> & Pick<Composition, 'analytes'>,
): StatedContents => ({ form, mass: { net }, composition: { basis: 'as-received', ...composition } });

function massOf(material: StatedContents, element: Element) {
  const { contents, gaps } = elementContents(material, PRIORS);
  expect(gaps).toEqual([]);
  return contents.get(element)!;
}
const gapsOf = (material: StatedContents) => elementContents(material, PRIORS).gaps;
const root = (variance: Rational) => Math.sqrt(Number(variance.toDecimal(12)));

describe('element masses of the golden path (invented figures of domain.md 3.8)', () => {
  const concentrate: StatedContents = {
    form: 'CONCENTRATE',
    mass: { net: kg('40000'), moisture: percent('4.0') },
    composition: {
      basis: 'dry',
      treo: percent('45.0'),
      analytes: [
        line('Nd2O3', '17.5', 'treo'),
        line('Pr6O11', '4.8', 'treo'),
        line('Dy2O3', '1.25', 'treo'),
        line('Tb4O7', '0.25', 'treo'),
      ],
    },
  };

  it.each<[Element, string]>([
    ['Nd', '2592.6'],
    ['Pr', '686.5'],
    ['Dy', '188.2'],
    ['Tb', '36.7'],
  ])('hold %s: %s kg', (element, expected) => {
    expect(massOf(concentrate, element).kg.toDecimal(1)).toBe(expected);
  });

  it('are the same in tonnes, and with the TREO stated per tonne', () => {
    const inTonnes = {
      ...concentrate,
      mass: { ...concentrate.mass, net: { value: '40', unit: 't' } as const },
    };
    expect(massOf(inTonnes, 'Nd').kg.equals(massOf(concentrate, 'Nd').kg)).toBe(true);
    const perTonne = {
      ...concentrate,
      composition: { ...concentrate.composition!, treo: { value: '450', unit: 'kg/t' } as const },
    };
    expect(massOf(perTonne, 'Dy').kg.equals(massOf(concentrate, 'Dy').kg)).toBe(true);
  });
});

describe('the uncertainty of an element mass', () => {
  it('is that of the worked example of domain.md 3.7: 2.74 kg of 866.96', () => {
    const oxide = lot('OXIDE', kg('1000.0', oneSigma('0.1')), {
      analytes: [{ substance: 'Dy2O3', fraction: percent('99.5', oneSigma('0.3')), of: 'material' }],
    });
    const { kg: mass, variance } = massOf(oxide, 'Dy');
    expect(mass.toDecimal(2)).toBe('866.96');
    expect(root(variance)).toBeCloseTo(2.74, 2);
  });

  it('comes from the scale prior and the Horwitz prior when nothing is certified', () => {
    const { kg: mass, variance } = massOf(lot('OXIDE', kg('1000'), { analytes: [line('Dy', '1')] }), 'Dy');
    const relative = variance.div(mass.square());
    expect(relative.toString()).toBe(Rational.parse('0.000001').add(Rational.parse('0.0016')).toString());
  });

  it('takes in moisture, weighted by how much it moves the dry mass', () => {
    const wet: StatedContents = {
      form: 'MIXED_CARBONATE',
      mass: { net: kg('1000'), moisture: percent('20', { value: '1', kind: 'absolute', k: '1' }) },
      composition: { basis: 'dry', analytes: [line('Nd', '10')] },
    };
    const { kg: mass, variance } = massOf(wet, 'Nd');
    expect(mass.toString()).toBe('80');
    const expected = 0.001 ** 2 + 0.0283 ** 2 + (0.01 / 0.8) ** 2;
    expect(Number(variance.div(mass.square()).toDecimal(12))).toBeCloseTo(expected, 9);
  });

  it('adds that of the TREO to that of the share of it', () => {
    const split = lot('MIXED_OXIDE', kg('1000'), {
      treo: percent('90', oneSigma('1')),
      analytes: [{ substance: 'Nd2O3', fraction: percent('20', oneSigma('2')), of: 'treo' }],
    });
    const { kg: mass, variance } = massOf(split, 'Nd');
    expect(variance.div(mass.square()).toString()).toBe('0.000501');
  });

  it('scales with the square of the mass', () => {
    const amount = fc.bigInt({ min: 1n, max: 10n ** 9n });
    fc.assert(
      fc.property(amount, amount, (a, b) => {
        const of = (grams: bigint) =>
          massOf(
            lot('METAL', { value: grams.toString(), unit: 'g' }, { analytes: [line('Dy', '99')] }),
            'Dy',
          );
        const [first, second] = [of(a), of(b)];
        const factor = Rational.of(a, b);
        expect(second.kg.mul(factor).equals(first.kg)).toBe(true);
        expect(second.variance.mul(factor.square()).equals(first.variance)).toBe(true);
      }),
    );
  });

  it('may not be stretched until every balance closes', () => {
    const stretched = oneSigma('30');
    expect(gapsOf(lot('OXIDE', kg('1000', stretched), { analytes: [line('Dy2O3', '99')] }))).toEqual([
      'uncertainty-implausible',
    ]);
    const assay = { substance: 'Dy2O3', fraction: percent('99', stretched), of: 'material' } as const;
    expect(gapsOf(lot('OXIDE', kg('1000'), { analytes: [assay] }))).toEqual(['uncertainty-implausible']);
    const treo = { treo: percent('60', stretched), analytes: [line('Nd2O3', '20', 'treo')] };
    expect(gapsOf(lot('MIXED_OXIDE', kg('1000'), treo))).toEqual(['uncertainty-implausible']);
    const moist: StatedContents = {
      form: 'CONCENTRATE',
      mass: { net: kg('1000'), moisture: percent('10', { value: '9', kind: 'absolute', k: '1' }) },
      composition: { basis: 'dry', analytes: [line('Nd', '10')] },
    };
    expect(gapsOf(moist)).toEqual(['uncertainty-implausible']);
  });

  it('is accepted as laboratories and weighbridges state it', () => {
    const honest: StatedContents = {
      form: 'CONCENTRATE',
      mass: {
        net: kg('40000', { value: '20', kind: 'absolute', k: '2' }),
        moisture: percent('4.0', { value: '0.2', kind: 'absolute', k: '2' }),
      },
      composition: {
        basis: 'dry',
        treo: percent('45.0', { value: '1.2', kind: 'absolute', k: '2' }),
        analytes: [
          {
            substance: 'Dy2O3',
            fraction: percent('1.25', { value: '0.09', kind: 'absolute', k: '2' }),
            of: 'treo',
          },
        ],
      },
    };
    expect(gapsOf(honest)).toEqual([]);
  });
});

describe('what is not measured', () => {
  it('includes a lot without an assay, and a wet form on a dry basis without a moisture', () => {
    for (const form of FORMS) expect(gapsOf({ form, mass: { net: kg('1') } })).toEqual(['no-composition']);
    const dry = { basis: 'dry', analytes: [line('Nd', '1')] } as const;
    expect(gapsOf(lot('CONCENTRATE', kg('1'), { ...dry, analytes: [...dry.analytes] }))).toEqual([
      'moisture-missing',
    ]);
    expect(gapsOf(lot('OXIDE', kg('1'), { ...dry, analytes: [...dry.analytes] }))).toEqual([]);
    expect(gapsOf(lot('CONCENTRATE', kg('1'), { analytes: [line('Nd', '1')] }))).toEqual([]);
  });

  it('includes a share of a TREO that is not stated, or that is not of an oxide', () => {
    expect(gapsOf(lot('MIXED_OXIDE', kg('1'), { analytes: [line('Nd2O3', '20', 'treo')] }))).toEqual([
      'treo-missing',
    ]);
    for (const substance of ['Nd', 'NdF3', 'Sc2O3', 'Fe2O3'] as const)
      expect(
        gapsOf(
          lot('MIXED_OXIDE', kg('1'), { treo: percent('60'), analytes: [line(substance, '2', 'treo')] }),
        ),
      ).toEqual(['treo-share-not-oxide']);
  });

  it('includes an element that is told twice', () => {
    expect(gapsOf(lot('OXIDE', kg('1'), { analytes: [line('CeO2', '30'), line('Ce2O3', '30')] }))).toEqual([
      'element-twice',
    ]);
    expect(gapsOf(lot('OXIDE', kg('1'), { analytes: [line('CeO2', '30'), line('CeO2', '30')] }))).toEqual([
      'substance-twice',
    ]);
    expect(gapsOf(lot('RESIDUE', kg('1'), { analytes: [line('Fe', '30'), line('Fe2O3', '30')] }))).toEqual([
      'element-twice',
    ]);
  });

  it('does not include what is reported by valence or phase', () => {
    const ore = lot('ORE', kg('1000'), { analytes: [line('FeO', '10'), line('Fe2O3', '20')] });
    expect(massOf(ore, 'Fe').kg.toDecimal(2)).toBe('217.62');
    const magnet = lot('ALLOY', kg('1000'), { analytes: [line('SmCo5', '50'), line('Sm2Co17', '50')] });
    expect(massOf(magnet, 'Sm').kg.toDecimal(1)).toBe('284.4');
  });

  it('includes an assay that holds more than the whole', () => {
    expect(gapsOf(lot('ALLOY', kg('1'), { analytes: [line('Nd', '60'), line('Fe', '42')] }))).toEqual([
      'over-100-percent',
    ]);
    expect(gapsOf(lot('ALLOY', kg('1'), { analytes: [line('Nd', '33.5'), line('Fe', '67')] }))).toEqual([]);
    const gangue = { treo: percent('60'), analytes: [line('SiO2', '45')] };
    expect(gapsOf(lot('MIXED_OXIDE', kg('1'), gangue))).toEqual(['over-100-percent']);
    const split = {
      treo: percent('60'),
      analytes: [line('La2O3', '60', 'treo'), line('CeO2', '50', 'treo')],
    };
    expect(gapsOf(lot('MIXED_OXIDE', kg('1'), split))).toEqual(['over-100-percent']);
  });

  it('includes rare earths beyond the TREO that holds them', () => {
    const over = { treo: percent('45'), analytes: [line('Nd2O3', '30'), line('CeO2', '20')] };
    expect(gapsOf(lot('MIXED_OXIDE', kg('1'), over))).toEqual(['analytes-over-treo']);
    const within = { treo: percent('51'), analytes: [line('Nd2O3', '30'), line('CeO2', '20')] };
    expect(gapsOf(lot('MIXED_OXIDE', kg('1'), within))).toEqual([]);
    const asMetal = { treo: percent('33'), analytes: [line('Nd', '30')] };
    expect(gapsOf(lot('MIXED_OXIDE', kg('1'), asMetal))).toEqual(['analytes-over-treo']);
  });

  it('includes material that is all water', () => {
    const soaked = lot('CONCENTRATE', kg('1'), { basis: 'dry', analytes: [line('Nd', '1')] });
    for (const moisture of ['100', '250'])
      expect(gapsOf({ ...soaked, mass: { ...soaked.mass, moisture: percent(moisture) } })).toEqual([
        'moisture-over-100',
      ]);
  });

  it('gives no figure at all beside a gap', () => {
    const { contents, gaps } = elementContents(
      lot('OXIDE', kg('1'), { analytes: [line('CeO2', '30'), line('Ce2O3', '30'), line('Dy2O3', '1')] }),
      PRIORS,
    );
    expect(gaps).not.toEqual([]);
    expect(contents.size).toBe(0);
  });
});

describe('conservation', () => {
  it('holds over a split: the parts hold what the whole held', () => {
    const parts = fc.array(fc.bigInt({ min: 1n, max: 10n ** 12n }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(parts, (milligrams) => {
        const of = (mg: bigint) =>
          massOf(
            lot('ALLOY', { value: mg.toString(), unit: 'mg' }, { analytes: [line('Nd', '31.25')] }),
            'Nd',
          ).kg;
        const whole = of(milligrams.reduce((sum, part) => sum + part, 0n));
        expect(Rational.sum(milligrams.map(of)).equals(whole)).toBe(true);
      }),
    );
  });
});
