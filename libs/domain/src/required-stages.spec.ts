import { describe, expect, it } from '@jest/globals';
import { FORMS, type Form } from './forms.js';
import { MAIN_LINE, missingStages, requiredStages } from './required-stages.js';
import { MINED_FORMS, leavesBeside, permits } from './stage-grammar.js';
import { STEPS, type Step } from './steps.js';

describe('the stages that must lie behind a lot', () => {
  it('lead from the mine to the magnet for a rare earth', () => {
    expect(requiredStages('MAGNET', 'rare-earth')).toEqual(MAIN_LINE);
    expect(requiredStages('ALLOY', 'rare-earth')).toEqual([
      'MINE',
      'CRACK_LEACH',
      'SEPARATE',
      'CALCINE',
      'REDUCE',
      'ALLOY_MELT',
    ]);
    expect(requiredStages('CONCENTRATE', 'rare-earth')).toEqual(['MINE']);
  });

  it('begin at the melt for an alloying metal, whose purchase stands for the rest', () => {
    expect(requiredStages('METAL', 'alloying')).toEqual([]);
    expect(requiredStages('ALLOY', 'alloying')).toEqual(['ALLOY_MELT']);
    expect(requiredStages('MAGNET', 'alloying')).toEqual([
      'ALLOY_MELT',
      'POWDER',
      'PRESS',
      'SINTER',
      'MAGNETIZE',
    ]);
  });

  it('never name an optional or neutral step', () => {
    const optional: Step[] = [
      'BENEFICIATE',
      'MACHINE',
      'GRAIN_BOUNDARY_DIFFUSION',
      'COAT',
      'RECYCLE',
      'BLEND',
      'SPLIT',
      'REPACK',
    ];
    for (const form of FORMS)
      expect(requiredStages(form, 'rare-earth').filter((step) => optional.includes(step))).toEqual([]);
  });
});

describe('the stages that are missing', () => {
  it.each<[Step, Form, Form, Step[]]>([
    ['REDUCE', 'MIXED_CARBONATE', 'METAL', ['SEPARATE', 'CALCINE']],
    ['CALCINE', 'MIXED_CARBONATE', 'OXIDE', ['SEPARATE']],
    ['SEPARATE', 'CONCENTRATE', 'OXIDE', ['CRACK_LEACH', 'CALCINE']],
    ['ALLOY_MELT', 'OXIDE', 'ALLOY', ['REDUCE']],
    ['MAGNETIZE', 'POWDER', 'MAGNET', ['PRESS', 'SINTER']],
    ['SINTER', 'ALLOY', 'SINTERED_BLOCK', ['POWDER', 'PRESS']],
  ])('%s of %s to %s', (...[step, from, to, missing]) => {
    expect(permits(step, from, to)).toBe(false);
    expect(missingStages(from, to, step)).toEqual(missing);
  });

  it('lie between the forms that a sender and a receiver call one lot', () => {
    expect(missingStages('MIXED_CARBONATE', 'OXIDE')).toEqual(['SEPARATE', 'CALCINE']);
    expect(missingStages('OXIDE', 'OXIDE')).toEqual([]);
    expect(missingStages('METAL', 'OXIDE')).toEqual([]);
  });
});

describe('no way round', () => {
  /** Every form that the steps can reach from a mine, by-products and scrap loops too, without those left out. */
  function reachable(...without: Step[]): ReadonlySet<Form> {
    const steps = STEPS.filter((step) => !without.includes(step));
    const reached = new Set<Form>(MINED_FORMS);
    for (let before = 0; before < reached.size;) {
      before = reached.size;
      for (const form of [...reached])
        for (const product of FORMS)
          if (steps.some((step) => leads(step, form, product))) reached.add(product);
    }
    return reached;
  }

  function leads(step: Step, form: Form, product: Form): boolean {
    const feeds = FORMS.some((any) => permits(step, form, any));
    return permits(step, form, product) || (feeds && leavesBeside(step, product));
  }

  it('leads from ore to magnet when every step is there', () => {
    expect(reachable('COAT').has('MAGNET')).toBe(true);
  });

  it.each<Step>(['SEPARATE', 'REDUCE', 'ALLOY_MELT', 'PRESS', 'MAGNETIZE'])(
    'leads to a magnet without %s',
    (step) => {
      expect(reachable(step).has('MAGNET')).toBe(false);
    },
  );

  it('leads to an alloy without SEPARATE or REDUCE', () => {
    for (const step of ['SEPARATE', 'REDUCE'] as const) expect(reachable(step).has('ALLOY')).toBe(false);
  });

  it('leads on without CRACK_LEACH or POWDER, but where RECYCLE leaches a residue or mills scrap in their place', () => {
    expect(reachable('CRACK_LEACH', 'RECYCLE').has('OXIDE')).toBe(false);
    expect(reachable('POWDER', 'RECYCLE').has('GREEN_COMPACT')).toBe(false);
  });

  it('leads to a sintered block without SINTER', () => {
    expect(reachable('SINTER').has('SINTERED_BLOCK')).toBe(false);
  });
});
