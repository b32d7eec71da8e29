import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Mass } from './composition.js';
import { plausibilityProblems } from './plausibility.js';
import { likelyUnitMistake } from './unit-mistake.js';
import { Rational } from './rational.js';

const kg = (value: string) => ({ value, unit: 'kg' }) as const;
const problemsOf = (mass: Mass) => plausibilityProblems({ mass });
const codes = (mass: Mass) => problemsOf(mass).map(({ code }) => code);

describe('a mass that no honest record states', () => {
  it('accepts an ordinary drum', () => {
    expect(codes({ net: kg('250'), gross: kg('262.4'), tare: kg('12.4') })).toEqual([]);
  });

  it('allows for two scales and rounding between gross less tare and net', () => {
    expect(codes({ net: kg('251'), gross: kg('262.4'), tare: kg('12.4') })).toEqual([]);
    expect(codes({ net: kg('245'), gross: kg('262.4'), tare: kg('12.4') })).toEqual([
      'net-not-gross-less-tare',
    ]);
  });

  it('compares masses in different units', () => {
    expect(
      codes({ net: { value: '551.1', unit: 'lb' }, gross: kg('262.4'), tare: { value: '12400', unit: 'g' } }),
    ).toEqual([]);
  });

  it('names pounds given as kilograms', () => {
    const [problem] = problemsOf({ net: kg('551.1'), gross: kg('262.4'), tare: kg('12.4') });
    expect(problem).toMatchObject({ code: 'net-over-gross', pointer: '/mass/net' });
    expect(problem?.detail).toContain('lb given as kg');
  });

  it('names the mistake when only gross is there to compare with', () => {
    const [problem] = problemsOf({ net: kg('551.1'), gross: kg('262.4') });
    expect(problem?.detail).toContain('lb given as kg');
  });

  it('names kilograms given as pounds, below gross', () => {
    const [problem] = problemsOf({ net: { value: '250', unit: 'lb' }, gross: kg('262.4'), tare: kg('12.4') });
    expect(problem).toMatchObject({ code: 'net-not-gross-less-tare' });
    expect(problem?.detail).toContain('kg given as lb');
  });

  it('finds a package that weighs more than itself with its content', () => {
    expect(codes({ net: kg('1'), gross: kg('10'), tare: kg('10') })).toEqual(['tare-over-gross']);
  });

  it('finds nothing, and more than a mountain', () => {
    expect(codes({ net: kg('0') })).toEqual(['mass-not-positive']);
    expect(codes({ net: kg('1000000000') })).toEqual([]);
    expect(codes({ net: kg('1000000000.1') })).toEqual(['mass-absurd']);
    expect(codes({ net: { value: '1000001', unit: 't' } })).toEqual(['mass-absurd']);
  });

  it('finds moisture that leaves nothing dry', () => {
    expect(codes({ net: kg('5'), moisture: { value: '99.9', unit: '%' } })).toEqual([]);
    expect(codes({ net: kg('5'), moisture: { value: '100', unit: '%' } })).toEqual(['fraction-out-of-range']);
    expect(codes({ net: kg('5'), moisture: { value: '1200', unit: 'g/kg' } })).toEqual([
      'fraction-out-of-range',
    ]);
  });

  it('points at a share above the whole', () => {
    const problems = plausibilityProblems({
      mass: { net: kg('5') },
      composition: {
        basis: 'dry',
        treo: { value: '1001', unit: 'kg/t' },
        analytes: [
          { substance: 'Nd', fraction: { value: '100', unit: '%' }, of: 'material' },
          { substance: 'Fe', fraction: { value: '1000001', unit: 'ppm' }, of: 'material' },
        ],
      },
    });
    expect(problems.map(({ pointer }) => pointer)).toEqual([
      '/composition/treo',
      '/composition/analytes/1/fraction',
    ]);
  });

  it('never throws, whatever decimals it is given', () => {
    const decimal = fc
      .tuple(fc.bigInt({ min: 0n, max: 10n ** 15n }), fc.integer({ min: 0, max: 999 }))
      .map(([whole, rest]) => kg(`${whole}.${rest}`));
    fc.assert(
      fc.property(decimal, decimal, decimal, (net, gross, tare) => {
        expect(Array.isArray(problemsOf({ net, gross, tare }))).toBe(true);
      }),
    );
  });
});

describe('the likely unit mistake', () => {
  it.each([
    ['2204.6', '1000', 'lb given as kg'],
    ['453.6', '1000', 'kg given as lb'],
    ['1102.3', '1000', 'short tons given as tonnes'],
    ['907.2', '1000', 'tonnes given as short tons'],
    ['1000', '1', 'g given as kg'],
    ['1', '1000', 'kg given as g'],
  ])('of %s where %s was expected is %s', (stated, expected, words) => {
    expect(likelyUnitMistake(Rational.parse(stated), Rational.parse(expected))).toContain(words);
  });

  it.each([
    ['1000', '1000'],
    ['1050', '1000'],
    ['2100', '1000'],
    ['0', '1000'],
    ['1000', '0'],
  ])('of %s where %s was expected is none', (stated, expected) => {
    expect(likelyUnitMistake(Rational.parse(stated), Rational.parse(expected))).toBeUndefined();
  });
});
