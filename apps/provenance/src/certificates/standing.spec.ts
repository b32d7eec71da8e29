import { describe, expect, it } from '@jest/globals';
import { bitsOf, changeBy, standingAfter } from './standing.js';

describe('the standing of a certificate', () => {
  it.each([
    ['valid', 'PASS', undefined],
    ['valid', 'PASS_EXCEPTION', undefined],
    ['valid', 'INSUFFICIENT', 'suspended'],
    ['valid', 'FAIL', 'revoked'],
    ['suspended', 'INSUFFICIENT', undefined],
    ['suspended', 'PASS', 'reinstated'],
    ['suspended', 'PASS_EXCEPTION', 'reinstated'],
    ['suspended', 'FAIL', 'revoked'],
    ['revoked', 'PASS', undefined],
    ['revoked', 'INSUFFICIENT', undefined],
    ['revoked', 'FAIL', undefined],
  ] as const)('that is %s changes on %s as it should', (standing, outcome, change) => {
    expect(changeBy(standing, outcome)).toBe(change);
  });

  it('is suspended and then valid again, and revoked for good', () => {
    expect(
      (['issued', 'suspended', 'reinstated', 'revoked'] as const).map((what) => standingAfter(what)),
    ).toEqual(['valid', 'suspended', 'valid', 'revoked']);
  });

  it('shows a revocation to those who look at the suspension list alone', () => {
    expect(bitsOf('revoked')).toContainEqual({ purpose: 'suspension', isSet: true });
  });
});
