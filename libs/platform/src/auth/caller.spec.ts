import { describe, expect, it } from '@jest/globals';
import { audits, engagementCovers, operates, type Engagement } from './caller.js';
import { ClaimError, readRoles } from './role-claims.js';

const at = new Date('2026-06-01T00:00:00Z');
const engagement: Engagement = {
  lots: ['euclid/A-7'],
  facilities: ['kokbulak'],
  from: '2026-01-01T00:00:00Z',
  to: '2027-01-01T00:00:00+02:00',
};

describe('engagementCovers', () => {
  it('covers the lots and facilities that it names', () => {
    expect(engagementCovers(engagement, { lot: 'euclid/A-7', at })).toBe(true);
    expect(engagementCovers(engagement, { facility: 'kokbulak', at })).toBe(true);
    expect(engagementCovers(engagement, { lot: 'kokbulak/1', at })).toBe(true);
    expect(engagementCovers(engagement, { lot: 'euclid/A-8', at })).toBe(false);
    expect(engagementCovers(engagement, { facility: 'euclid', at })).toBe(false);
    expect(engagementCovers(engagement, { lot: 'kokbulak-2/1', at })).toBe(false);
    expect(engagementCovers(engagement, { at })).toBe(false);
  });

  it('covers everything where it says so', () => {
    expect(engagementCovers({ ...engagement, facilities: '*' }, { facility: 'euclid', at })).toBe(true);
    expect(engagementCovers({ ...engagement, lots: '*' }, { lot: 'euclid/A-8', at })).toBe(true);
  });

  it('holds from its first instant to before its last, in whatever offset', () => {
    const covers = (time: string) => engagementCovers(engagement, { lot: 'kokbulak/1', at: new Date(time) });
    expect(covers('2026-01-01T00:00:00Z')).toBe(true);
    expect(covers('2025-12-31T23:59:59.999Z')).toBe(false);
    expect(covers('2026-12-31T21:59:59.999Z')).toBe(true);
    expect(covers('2026-12-31T22:00:00Z')).toBe(false);
    expect(covers('never')).toBe(false);
  });
});

describe('a caller', () => {
  it('has all of its roles: several engagements, several facilities', () => {
    const caller = {
      subject: 'a',
      roles: [
        { role: 'auditor', engagement: { ...engagement, facilities: [], lots: ['src/1'] } },
        { role: 'auditor', engagement },
        { role: 'facility-operator', facilities: ['src', 'euclid'] },
      ],
    } as const;
    expect(audits(caller, { lot: 'src/1', at }) && audits(caller, { lot: 'kokbulak/1', at })).toBe(true);
    expect(audits(caller, { lot: 'src/2', at })).toBe(false);
    expect(operates(caller, 'euclid')).toBe(true);
    expect(operates(caller, 'kokbulak')).toBe(false);
  });
});

describe('readRoles', () => {
  it('reads every role, and leaves out what it does not know of them', () => {
    const claim = [
      { role: 'facility-operator', facilities: ['src'], more: 1 },
      { role: 'auditor', engagement: { facilities: '*', from: engagement.from, to: engagement.to } },
      { role: 'registrar' },
      { role: 'administrator' },
    ];
    expect(readRoles(claim)).toEqual([
      { role: 'facility-operator', facilities: ['src'] },
      {
        role: 'auditor',
        engagement: { lots: [], facilities: '*', from: engagement.from, to: engagement.to },
      },
      { role: 'registrar' },
      { role: 'administrator' },
    ]);
    expect(readRoles(undefined)).toEqual([]);
  });

  it.each([
    ['registrar'],
    [{ role: 'registrar' }],
    [['registrar']],
    [[{ role: 'root' }]],
    [[{ role: 'facility-operator' }]],
    [[{ role: 'facility-operator', facilities: '*' }]],
    [[{ role: 'facility-operator', facilities: [1] }]],
    [[{ role: 'auditor' }]],
    [[{ role: 'auditor', engagement: { from: '2026-01-01', to: '2027-01-01' } }]],
    [[{ role: 'auditor', engagement: { from: '2026-13-01T00:00:00Z', to: '2027-01-01T00:00:00Z' } }]],
    [[{ role: 'auditor', engagement: { lots: 'all', from: engagement.from, to: engagement.to } }]],
    [null],
  ])('refuses a claim that does not say clearly what the caller may do (%#)', (claim) => {
    expect(() => readRoles(claim)).toThrow(ClaimError);
  });
});
