import { describe, expect, it } from '@jest/globals';
import { relativeVariance, toKilograms, toShare } from './quantity.js';
import { FRACTION_UNITS, type FractionUnit, MASS_UNITS, type MassUnit } from './units.js';

describe('a quantity in kilograms', () => {
  it.each<[MassUnit, string]>([
    ['mg', '0.000001'],
    ['g', '0.001'],
    ['kg', '1'],
    ['t', '1000'],
    ['oz', '0.028349523125'],
    ['lb', '0.45359237'],
    ['short_ton', '907.18474'],
    ['long_ton', '1016.0469088'],
  ])('is exact for one %s', (unit, expected) => {
    expect(toKilograms({ value: '1', unit }).toString()).toBe(expected);
  });

  it('keeps the definitions between the units', () => {
    const kilograms = (value: string, unit: MassUnit) => toKilograms({ value, unit }).toString();
    expect(kilograms('16', 'oz')).toBe(kilograms('1', 'lb'));
    expect(kilograms('2000', 'lb')).toBe(kilograms('1', 'short_ton'));
    expect(kilograms('2240', 'lb')).toBe(kilograms('1', 'long_ton'));
    expect(new Set(MASS_UNITS.map((unit) => kilograms('1', unit))).size).toBe(MASS_UNITS.length);
  });
});

describe('a fraction as a share', () => {
  it.each<[string, FractionUnit, string]>([
    ['45', '%', '0.45'],
    ['250', 'ppm', '0.00025'],
    ['250', 'ppb', '0.00000025'],
    ['4.5', 'g/kg', '0.0045'],
    ['4.5', 'mg/kg', '0.0000045'],
    ['4.5', 'kg/t', '0.0045'],
    ['4.5', 'g/t', '0.0000045'],
  ])('reads %s %s', (value, unit, expected) => {
    expect(toShare({ value, unit }).toString()).toBe(expected);
  });

  it('has every unit tested', () => {
    expect(FRACTION_UNITS).toHaveLength(7);
  });
});

describe('a stated uncertainty', () => {
  const net = { value: '1000', unit: 'lb' } as const;

  it('is taken relative to the value and divided by its coverage factor', () => {
    const absolute = { ...net, uncertainty: { value: '5', kind: 'absolute', k: '2' } as const };
    expect(relativeVariance(absolute)?.toString()).toBe('0.00000625');
    const relative = { ...net, uncertainty: { value: '0.5', kind: 'relative-percent', k: '2' } as const };
    expect(relativeVariance(relative)?.toString()).toBe('0.00000625');
  });

  it('is absent where none was stated, and where none can be had', () => {
    expect(relativeVariance(net)).toBeUndefined();
    const zero = { value: '0', unit: '%', uncertainty: { value: '1', kind: 'absolute', k: '2' } } as const;
    expect(relativeVariance(zero)).toBeUndefined();
    const uncovered = { ...net, uncertainty: { value: '5', kind: 'absolute', k: '0' } as const };
    expect(relativeVariance(uncovered)).toBeUndefined();
  });
});
