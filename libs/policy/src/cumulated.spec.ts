import { describe, expect, it } from '@jest/globals';
import { Rational } from '@lodemark/domain';
import { cumulated, type Deviation } from './cumulated.js';

const THREE = Rational.parse('3');

/** Kilograms off, each with a standard uncertainty in kilograms. */
function off(...each: readonly (readonly [kg: string, u: string])[]): Deviation[] {
  return each.map(([kg, u]) => ({
    kg: kg.startsWith('-') ? Rational.parse(kg.slice(1)).negate() : Rational.parse(kg),
    variance: Rational.parse(u).square(),
  }));
}

function found(deviations: readonly Deviation[]): [kg: string, members: number] | undefined {
  const run = cumulated(deviations, THREE);
  return run && [run.kg.toDecimal(1), run.members.length];
}

describe('what is off again and again', () => {
  it('is found as soon as it is beyond chance together', () => {
    expect(found(off(['2.5', '1'], ['2.5', '1']))).toEqual(['5.0', 2]);
    expect(found(off(['2', '1'], ['2', '1'], ['2', '1']))).toEqual(['6.0', 3]);
    expect(found(off(['2', '1'], ['2', '1']))).toBeUndefined();
  });

  it('is not found in one alone, which is judged by itself', () => {
    expect(found(off(['9', '1']))).toBeUndefined();
    expect(found(off(['9', '1'], ['-9', '1']))).toBeUndefined();
  });

  it('is not found where signs alternate', () => {
    expect(found(off(['2', '1'], ['-2', '1'], ['2', '1'], ['-2', '1'], ['2', '1']))).toBeUndefined();
  });

  it('is found after whatever went the other way before', () => {
    expect(found(off(['-50', '1'], ['2.5', '1'], ['2.5', '1']))).toEqual(['5.0', 2]);
  });

  it('is not hidden by one of which hardly anything is known, wherever that stands', () => {
    expect(found(off(['1', '90'], ['2.5', '1'], ['2.5', '1']))).toEqual(['5.0', 2]);
    expect(found(off(['2.5', '1'], ['1', '90'], ['2.5', '1']))).toEqual(['5.0', 2]);
  });

  it('is all that is off where nothing is uncertain', () => {
    expect(found(off(['0.1', '0'], ['0.1', '0']))).toEqual(['0.2', 2]);
    expect(found(off(['0', '0'], ['0', '0']))).toBeUndefined();
  });
});
