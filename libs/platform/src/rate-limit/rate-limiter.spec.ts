import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ProblemError } from '../problems/problem-error.js';
import { RateLimiter } from './rate-limiter.js';

function limited(burst: number, perSecond: number, maxKeys = 100) {
  const time = { now: 0 };
  const limiter = new RateLimiter({ burst, perSecond }, { maxKeys, now: () => time.now });
  const take = (key: string, cost = 1): number => {
    try {
      limiter.take(key, cost);
      return 0;
    } catch (cause) {
      if (cause instanceof ProblemError && cause.status === 429) return Number(cause.headers['Retry-After']);
      throw cause;
    }
  };
  return { time, take };
}

describe('RateLimiter', () => {
  it('admits a burst, then as much as time allows, each key for itself', () => {
    const { time, take } = limited(3, 2);
    expect([take('a'), take('a'), take('a'), take('a')]).toEqual([0, 0, 0, 1]);
    expect(take('b')).toBe(0);
    time.now += 500;
    expect([take('a'), take('a')]).toEqual([0, 1]);
  });

  it('says how long to wait, and keeps its word', () => {
    const { time, take } = limited(10, 0.1);
    expect(take('a', 10)).toBe(0);
    const wait = take('a', 2);
    expect(wait).toBe(20);
    time.now += wait * 1000;
    expect(take('a', 2)).toBe(0);
  });

  it('admits what costs more than a burst from a full bucket, and has it paid off', () => {
    const { time, take } = limited(10, 10);
    expect(take('a', 50)).toBe(0);
    expect(take('a')).toBe(5);
    time.now += 5000;
    expect(take('a')).toBe(0);
  });

  it('forgets the key that was quiet longest, never the one that asks', () => {
    const { take } = limited(1, 0.001, 2);
    take('a');
    take('b');
    take('a');
    take('c');
    expect(take('a')).toBeGreaterThan(0);
    expect(take('b')).toBe(0);
  });

  it('never admits more than the burst and the time that passed', () => {
    const step = fc.record({ wait: fc.nat(2000), cost: fc.integer({ min: 1, max: 5 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { time, take } = limited(5, 3);
        let admitted = 0;
        for (const { wait, cost } of steps) {
          time.now += wait;
          if (take('a', cost) === 0) admitted += cost;
        }
        expect(admitted).toBeLessThanOrEqual(5 + (3 * time.now) / 1000 + 1e-6);
      }),
    );
  });
});
