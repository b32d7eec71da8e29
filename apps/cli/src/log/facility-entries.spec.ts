import { describe, expect, it } from '@jest/globals';
import { encodeEntry, HeadsMap, type FacilityLogEntry, type Head } from '@lodemark/transparency';
import { FacilityEntries } from './facility-entries.js';

const ROOT = { hash: 'ab'.repeat(32), size: 12 };

function event(lots: Readonly<Record<string, number>>, more: Partial<FacilityLogEntry> = {}): Uint8Array {
  const recordedAt = '2026-03-04T05:06:07.089Z';
  return encodeEntry({
    v: 1,
    kind: 'event',
    jws: 'aaaa.bbbb.cccc',
    lots,
    recordedAt,
    root: ROOT,
    ...more,
  } as FacilityLogEntry);
}

function heads(...of: readonly Head[]): Uint8Array {
  const recordedAt = '2026-03-04T05:06:07.089Z';
  return encodeEntry({ v: 1, kind: 'heads', map: HeadsMap.of(of).root(), recordedAt, root: ROOT });
}

/** What is said of the last entry; nothing of those before it. */
function saidOfLast(...entries: readonly Uint8Array[]): string | undefined {
  const log = new FacilityEntries();
  for (const entry of entries.slice(0, -1)) expect(log.follow(entry)).toBeUndefined();
  return log.follow(entries.at(-1)!);
}

describe('the entries of a facility log, one after the other', () => {
  it('are as they have to be when numbers, times, roots and heads follow from one another', () => {
    const before = [event({ 'mine/1': 0 }), event({ 'mine/1': 1, '*': 0 })];
    expect(saidOfLast(...before, heads(['mine/1', 1], ['*', 0]), event({ 'mine/1': 2 }))).toBeUndefined();
  });

  it('are not when heads leave an entry out, or name one that is not there', () => {
    expect(saidOfLast(event({ 'mine/1': 0 }), event({ 'mine/1': 1 }), heads(['mine/1', 0]))).toContain(
      'heads',
    );
    expect(saidOfLast(event({ 'mine/1': 0 }), heads(['mine/1', 0], ['mine/2', 0]))).toContain('heads');
  });

  it('are not when a number of a lot is left out or given twice', () => {
    expect(saidOfLast(event({ 'mine/1': 0 }), event({ 'mine/1': 2 }))).toBe(
      'It is number 2 of mine/1, and 1 comes next.',
    );
    expect(saidOfLast(event({ 'mine/1': 0 }), event({ 'mine/1': 0 }))).toContain('1 comes next');
    expect(saidOfLast(event({ 'mine/1': 1 }))).toContain('0 comes next');
  });

  it('are not when time or the root log goes back', () => {
    const earlier = event({ 'mine/1': 1 }, { recordedAt: '2026-03-04T05:06:07.088Z' });
    expect(saidOfLast(event({ 'mine/1': 0 }), earlier)).toContain('recorded at');
    const less = event({ 'mine/1': 1 }, { root: { ...ROOT, size: 11 } });
    expect(saidOfLast(event({ 'mine/1': 0 }), less)).toContain('root log at size 11');
  });
});
