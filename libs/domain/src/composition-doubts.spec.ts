import { describe, expect, it } from '@jest/globals';
import type { Analyte } from './composition.js';
import { compositionDoubts } from './composition-doubts.js';
import { FORMS, type Form } from './forms.js';
import { RARE_EARTHS } from './elements.js';
import { elementFraction, isTreoOxide, treoOxide } from './substances.js';

const percent = (value: string) => ({ value, unit: '%' }) as const;
const analyte = (
  substance: Analyte['substance'],
  value: string,
  of: Analyte['of'] = 'material',
): Analyte => ({
  substance,
  fraction: percent(value),
  of,
});
const codes = (form: Form, treo: string | undefined, analytes: Analyte[] = []) =>
  compositionDoubts({
    form,
    composition: { basis: 'dry', analytes, ...(treo === undefined ? {} : { treo: percent(treo) }) },
  }).map(({ code }) => code);

describe('doubts about an assay (check C37)', () => {
  it('finds 60 % TREO in a mixed carbonate plausible and 80 % not', () => {
    expect(codes('MIXED_CARBONATE', '60')).toEqual([]);
    expect(codes('MIXED_CARBONATE', '80')).toEqual(['treo-too-high-for-form']);
  });

  it('never doubts what a pure anhydrous carbonate, fluoride or chloride can hold', () => {
    for (const metal of RARE_EARTHS) {
      const oxide = treoOxide(metal);
      if (!isTreoOxide(oxide)) continue;
      for (const [form, substance] of [
        ['MIXED_CARBONATE', `${metal}2(CO3)3`],
        ['FLUORIDE', `${metal}F3`],
        ['CHLORIDE', `${metal}Cl3`],
      ] as const) {
        const treo = elementFraction(substance, metal).div(elementFraction(oxide, metal)).toDecimal(4);
        expect(codes(form, `${treo.slice(2, 4)}.${treo.slice(4)}`)).toEqual([]);
      }
    }
  });

  it('flags oxides claimed in metal', () => {
    expect(codes('METAL', '99')).toEqual(['treo-of-metal']);
    expect(codes('ALLOY', undefined, [analyte('Nd2O3', '30')])).toEqual(['oxide-in-metal']);
    expect(codes('METAL', undefined, [analyte('Nd', '99.5'), analyte('Fe', '0.3')])).toEqual([]);
  });

  it('asks whether a sesquioxide was meant', () => {
    expect(codes('OXIDE', '99.5', [analyte('Pr2O3', '25')])).toEqual(['unusual-oxide-form']);
    expect(codes('OXIDE', '99.5', [analyte('Pr6O11', '25'), analyte('Nd2O3', '74.5')])).toEqual([]);
  });

  it('sees a distribution that was given as shares of the material', () => {
    const split = [
      analyte('La2O3', '25'),
      analyte('CeO2', '48'),
      analyte('Nd2O3', '22'),
      analyte('Pr6O11', '5'),
    ];
    expect(codes('CONCENTRATE', '55', split)).toEqual(['distribution-as-share']);
    expect(
      codes(
        'CONCENTRATE',
        '55',
        split.map((line) => ({ ...line, of: 'treo' })),
      ),
    ).toEqual([]);
  });

  it('says nothing of a lot without an assay, and points into the material', () => {
    for (const form of FORMS) expect(compositionDoubts({ form })).toEqual([]);
    const [doubt] = compositionDoubts({
      form: 'OXIDE',
      composition: { basis: 'dry', analytes: [analyte('Nd2O3', '74'), analyte('Tb2O3', '1')] },
    });
    expect(doubt?.pointer).toBe('/composition/analytes/1/substance');
  });
});
