import { describe, expect, it } from '@jest/globals';
import type { CustodyEvent } from './custody-event.js';
import { isAfter, pastTimesOf } from './past-times.js';

const NOW = Date.parse('2026-11-20T12:00:00Z');

const told = (event: object) => pastTimesOf(event as CustodyEvent);

describe('what an event says has happened', () => {
  it('is found wherever it stands, and what is only agreed or expected is left out', () => {
    const campaign = { campaign: 'C-1', startedAt: '2026-11-01T00:00:00Z', endedAt: '2026-11-02T00:00:00Z' };
    expect(
      told({ type: 'CampaignsReported', occurredAt: '2026-11-20T12:00:00Z', campaigns: [campaign] }),
    ).toEqual([
      { pointer: '/campaigns/0/startedAt', at: '2026-11-01T00:00:00Z' },
      { pointer: '/campaigns/0/endedAt', at: '2026-11-02T00:00:00Z' },
    ]);
    expect(
      told({ type: 'ContractsReviewed', reviewedOn: '2026-11-01', from: '2026-01-01', to: '2028-01-01' }),
    ).toEqual([{ pointer: '/reviewedOn', at: '2026-11-01' }]);
    expect(told({ type: 'Dispatched', expectedAt: '2027-01-01T00:00:00Z' })).toEqual([]);
  });

  it('is what a correction puts in its place, and nothing when the event is taken back', () => {
    const replacement = { type: 'Transformed', endedAt: '2026-11-02T00:00:00Z' };
    expect(told({ type: 'Corrected', replacement })).toEqual([
      { pointer: '/replacement/endedAt', at: '2026-11-02T00:00:00Z' },
    ]);
    expect(told({ type: 'Corrected', replacement: null })).toEqual([]);
  });

  it('lies ahead as an instant from the next millisecond on, and as a date once it has begun nowhere on earth', () => {
    expect(isAfter('2026-11-20T12:00:00Z', NOW)).toBe(false);
    expect(isAfter('2026-11-20T12:00:00.001Z', NOW)).toBe(true);
    expect(isAfter('2026-11-20T14:00:00+02:00', NOW)).toBe(false);
    expect(isAfter('2026-11-21', NOW)).toBe(false);
    expect(isAfter('2026-11-21', Date.parse('2026-11-20T09:59:59Z'))).toBe(true);
    expect(isAfter('2026-11-22', NOW)).toBe(true);
  });
});
