import { describe, expect, it } from '@jest/globals';
import { DrivenClock, systemClock } from './clock.js';

describe('DrivenClock', () => {
  it('stands still until it is advanced or set', () => {
    const clock = new DrivenClock(new Date('2026-01-01T00:00:00Z'));
    expect(clock.now()).toEqual(clock.now());
    clock.advance(1500);
    expect(clock.now().toISOString()).toBe('2026-01-01T00:00:01.500Z');
    clock.set(new Date('2025-12-31T23:59:59Z'));
    expect(clock.now().toISOString()).toBe('2025-12-31T23:59:59.000Z');
  });

  it('is not moved by whoever changes a date it gave or was given', () => {
    const start = new Date('2026-01-01T00:00:00Z');
    const clock = new DrivenClock(start);
    start.setFullYear(1999);
    clock.now().setFullYear(1999);
    expect(clock.now().getUTCFullYear()).toBe(2026);
  });

  it('refuses what is no time and what is no step forward', () => {
    const clock = new DrivenClock(new Date(0));
    expect(() => new DrivenClock(new Date('soon'))).toThrow(RangeError);
    expect(() => clock.set(new Date(NaN))).toThrow(RangeError);
    for (const step of [-1, 0.5, NaN, Infinity]) expect(() => clock.advance(step)).toThrow(RangeError);
  });
});

describe('systemClock', () => {
  it('tells the present', () => {
    expect(Math.abs(systemClock.now().getTime() - Date.now())).toBeLessThan(1000);
  });
});
