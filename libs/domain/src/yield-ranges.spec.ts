import { describe, expect, it } from '@jest/globals';
import { ELEMENTS, isRareEarth } from './elements.js';
import { Rational } from './rational.js';
import { STEPS } from './steps.js';
import { YIELD_RANGES, yieldRange } from './yield-ranges.js';

describe('yield ranges', () => {
  it('are shares between nothing and the whole, in order', () => {
    for (const { min, typical, max } of YIELD_RANGES) {
      const [low, middle, high] = [min, typical, max].map((text) => Rational.parse(text));
      expect(low!.isNegative()).toBe(false);
      expect(low!.greaterThan(middle!)).toBe(false);
      expect(middle!.greaterThan(high!)).toBe(false);
      expect(high!.greaterThan(Rational.one)).toBe(false);
    }
  });

  it('exist for every rare earth in every step but mining, which has no input', () => {
    for (const element of ELEMENTS.filter((one) => isRareEarth(one)))
      expect(STEPS.filter((step) => yieldRange(step, element, YIELD_RANGES) === undefined)).toEqual(['MINE']);
  });

  it('say nothing of iron where a plant means to leave it behind', () => {
    const silent = STEPS.filter((step) => yieldRange(step, 'Fe', YIELD_RANGES) === undefined);
    expect(silent).toEqual([
      'MINE',
      'BENEFICIATE',
      'CRACK_LEACH',
      'SEPARATE',
      'CALCINE',
      'REDUCE',
      'RECYCLE',
    ]);
  });

  it('take the first row that names the element', () => {
    expect(yieldRange('REDUCE', 'Nd', YIELD_RANGES)).toMatchObject({ min: '0.93', max: '0.99' });
    expect(yieldRange('REDUCE', 'Dy', YIELD_RANGES)).toMatchObject({ min: '0.87', max: '0.97' });
    expect(yieldRange('REDUCE', 'Sm', YIELD_RANGES)).toMatchObject({ min: '0.85', max: '0.95' });
    expect(yieldRange('GRAIN_BOUNDARY_DIFFUSION', 'Nd', YIELD_RANGES)).toMatchObject({ min: '0.95' });
    expect(yieldRange('GRAIN_BOUNDARY_DIFFUSION', 'Tb', YIELD_RANGES)).toMatchObject({ min: '0.30' });
  });
});
