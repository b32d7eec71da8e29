import { describe, expect, it } from '@jest/globals';
import { renderFinding } from './render.js';
import type { Finding } from './verdict.js';

const FINDING: Finding = {
  rule: 'C14@1',
  outcome: 'FAIL',
  code: 'covered-country',
  facts: { step: 'SEPARATE', lot: 'src/NPO-1', country: 'CN', where: 'toll-plant', occurredAt: 'x' },
  entries: [{ facility: 'toll-plant', index: 4, leaf: 'a'.repeat(64) }],
  cure: { code: 'use-other-material', by: 'toll-plant', what: 'use material with another history' },
};

describe('a finding in English', () => {
  it('says what was found, which entries show it, and who can cure it how', () => {
    expect(renderFinding(FINDING)).toBe(
      'C14@1 FAILS: SEPARATE of lot src/NPO-1 took place in CN, a covered country (by toll-plant) [entries toll-plant/4]. To cure it, toll-plant: use material with another history.',
    );
  });

  it('ends with one mark, also where the cure is a question', () => {
    const cure = { code: 'explain-yield', by: 'src', what: 'explain the yield: was an input left out?' };
    expect(renderFinding({ ...FINDING, cure })).toMatch(
      /To cure it, src: explain the yield: was an input left out\?$/,
    );
  });

  it('tells what a newer program found by its code and facts', () => {
    const { cure: _, ...found } = FINDING;
    expect(
      renderFinding({ ...found, code: 'moon-rock', facts: { lotsHeld: ['a/1', 'b/2'] }, entries: [] }),
    ).toBe('C14@1 FAILS: moon rock (lots held a/1, b/2).');
  });
});
