import { describe, expect, it } from '@jest/globals';
import { castsDoubt, custodiansOf } from './custodians.js';
import type { EvidenceEntry, ParkedEntry } from './evidence.js';

function sent(from: string, to: string, lot: string): EvidenceEntry {
  const event = { type: 'Dispatched', facility: from, to, lots: [{ lot }] };
  return { ref: { facility: from, index: 0, leaf: '' }, kind: 'event', event } as unknown as EvidenceEntry;
}

function parked(facility: string, lots: string[]): ParkedEntry {
  const covered = { rootIndex: 1, at: '2026-11-24T09:00:00.000Z' };
  return { ref: { facility, index: 0, leaf: '' }, lots, reason: 'event-unsupported', covered };
}

describe('who may have had custody of a lot', () => {
  it('is its maker, and whoever a custodian sent it to, in whatever order it is told', () => {
    const lots = ['mine/1'];
    const entries = [sent('plant', 'smelter', 'mine/1'), sent('mine', 'plant', 'mine/1')];
    expect([...custodiansOf(lots, entries).get('mine/1')!].sort()).toEqual(['mine', 'plant', 'smelter']);
  });

  it('is nobody who only says so', () => {
    const custodians = custodiansOf(['mine/1'], [sent('stranger', 'stranger', 'mine/1')]);
    expect([...custodians.get('mine/1')!]).toEqual(['mine']);
    expect(castsDoubt(parked('stranger', ['mine/1']), custodians)).toBe(false);
    expect(castsDoubt(parked('stranger', ['*']), custodians)).toBe(false);
  });

  it('can cast doubt on its lots, by name or as a whole', () => {
    const custodians = custodiansOf(['mine/1', 'other/1'], [sent('mine', 'plant', 'mine/1')]);
    expect(castsDoubt(parked('plant', ['mine/1']), custodians)).toBe(true);
    expect(castsDoubt(parked('plant', ['*']), custodians)).toBe(true);
    expect(castsDoubt(parked('plant', ['other/1']), custodians)).toBe(false);
  });
});
