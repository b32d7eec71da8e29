import { describe, expect, it } from '@jest/globals';
import type { Form } from './forms.js';
import { FORMS } from './forms.js';
import { nextSteps, permits } from './stage-grammar.js';
import { STEPS, type Step } from './steps.js';
import { elementFraction, type Substance } from './substances.js';

describe('the stage grammar', () => {
  it.each<[Step, Form, Form]>([
    ['BENEFICIATE', 'TAILINGS', 'CONCENTRATE'],
    ['CRACK_LEACH', 'CONCENTRATE', 'MIXED_CARBONATE'],
    ['SEPARATE', 'MIXED_CARBONATE', 'OXIDE'],
    ['SEPARATE', 'MIXED_CARBONATE', 'MIXED_CARBONATE'],
    ['CALCINE', 'OXIDE', 'FLUORIDE'],
    ['REDUCE', 'OXIDE', 'METAL'],
    ['ALLOY_MELT', 'FERROALLOY', 'ALLOY'],
    ['PRESS', 'POWDER', 'GREEN_COMPACT'],
    ['MAGNETIZE', 'COATED_PART', 'MAGNET'],
  ])('lets %s make %s into %s', (step, feed, product) => {
    expect(permits(step, feed, product)).toBe(true);
    expect(nextSteps(feed)).toContain(step);
  });

  it.each<[Step, Form, Form]>([
    ['REDUCE', 'MIXED_CARBONATE', 'METAL'],
    ['SEPARATE', 'CONCENTRATE', 'OXIDE'],
    ['SINTER', 'POWDER', 'SINTERED_BLOCK'],
    ['ALLOY_MELT', 'OXIDE', 'ALLOY'],
    ['MAGNETIZE', 'ALLOY', 'MAGNET'],
    ['BLEND', 'OXIDE', 'METAL'],
  ])('does not let %s make %s into %s: a stage is missing', (step, feed, product) => {
    expect(permits(step, feed, product)).toBe(false);
  });

  it('lets no step turn anything back into what it was mined as', () => {
    for (const step of STEPS)
      for (const form of FORMS)
        if (step !== 'BLEND' && step !== 'SPLIT' && step !== 'REPACK')
          expect(permits(step, form, 'ORE')).toBe(false);
  });
});

describe('conversion factors', () => {
  it.each<[Substance, 'La' | 'Ce' | 'Pr' | 'Nd' | 'Sm' | 'Tb' | 'Dy' | 'Y' | 'B' | 'Co', string]>([
    ['La2O3', 'La', '0.85268'],
    ['CeO2', 'Ce', '0.81409'],
    ['Ce2O3', 'Ce', '0.85377'],
    ['Pr6O11', 'Pr', '0.82770'],
    ['Pr2O3', 'Pr', '0.85447'],
    ['Nd2O3', 'Nd', '0.85736'],
    ['Sm2O3', 'Sm', '0.86236'],
    ['Tb4O7', 'Tb', '0.85022'],
    ['Tb2O3', 'Tb', '0.86881'],
    ['Dy2O3', 'Dy', '0.87132'],
    ['Y2O3', 'Y', '0.78744'],
    ['NdF3', 'Nd', '0.71678'],
    ['DyF3', 'Dy', '0.74034'],
    ['Nd2Fe14B', 'B', '0.01000'],
    ['SmCo5', 'Co', '0.66213'],
  ])('of %s hold %s at %s kilograms a kilogram', (substance, element, expected) => {
    expect(elementFraction(substance, element).toDecimal(5)).toBe(expected);
  });
});
