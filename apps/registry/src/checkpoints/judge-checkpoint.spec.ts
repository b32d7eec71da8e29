import { describe, expect, it } from '@jest/globals';
import { EMPTY_ROOT, leafHash, nodeHash, toHex, toUtf8 } from '@lodemark/transparency';
import { RegistrationRefusal } from '../statements/registration-refusal.js';
import { judgeCheckpoint, type LogStanding } from './judge-checkpoint.js';

const [a, b, c] = ['a', 'b', 'c'].map((text) => leafHash(toUtf8(text))) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
];
const ab = nodeHash(a, b);
const ROOTS = [EMPTY_ROOT, a, ab, nodeHash(ab, c)].map(toHex);

function checkpoint(size: number, root = ROOTS[size] ?? '') {
  return { origin: 'n.example/log/plant', size, root };
}

function accepted(size: number) {
  return { size, root: ROOTS[size] ?? '', note: `note ${size}` };
}

function outcome(
  of: number | ReturnType<typeof checkpoint>,
  proof: readonly Uint8Array[],
  standing: LogStanding,
): string {
  try {
    return judgeCheckpoint(typeof of === 'number' ? checkpoint(of) : of, proof.map(toHex), standing).kind;
  } catch (error) {
    if (error instanceof RegistrationRefusal) return error.code;
    throw error;
  }
}

describe('judgeCheckpoint', () => {
  it('takes the first checkpoint of a log, and one that is proved to extend the last', () => {
    expect(outcome(2, [], {})).toBe('extends');
    expect(outcome(3, [c], { last: accepted(2) })).toBe('extends');
    expect(outcome(3, [b, c], { last: accepted(1) })).toBe('extends');
  });

  it('takes one again that it has, also an old one, also in an ended log', () => {
    expect(outcome(2, [], { last: accepted(2), sameSize: accepted(2) })).toBe('repeated');
    expect(outcome(1, [], { last: accepted(3), sameSize: accepted(1) })).toBe('repeated');
    expect(outcome(1, [], { last: accepted(3), sameSize: accepted(1), endedBy: 9 })).toBe('repeated');
  });

  it.each([
    ['no proof', []],
    ['a proof from another size', [b, c]],
    ['a wrong hash', [b]],
    ['too long a proof', [c, c]],
  ])('refuses one with %s', (_, proof) => {
    expect(outcome(3, proof, { last: accepted(2) })).toBe('consistency-not-proved');
  });

  it('refuses a first one with a proof, since there is nothing to extend', () => {
    expect(outcome(3, [c], {})).toBe('consistency-not-proved');
  });

  it('refuses one with the right proof and another root', () => {
    expect(outcome(checkpoint(3, toHex(a)), [c], { last: accepted(2) })).toBe('consistency-not-proved');
  });

  it('refuses a smaller one that it has not seen, and one of an empty log', () => {
    expect(outcome(1, [], { last: accepted(2) })).toBe('checkpoint-smaller');
    expect(outcome(0, [], {})).toBe('checkpoint-empty');
  });

  it('sees a fork in two roots of one size, the last or an older one', () => {
    expect(outcome(checkpoint(2, toHex(c)), [], { last: accepted(2), sameSize: accepted(2) })).toBe('fork');
    expect(outcome(checkpoint(1, toHex(c)), [], { last: accepted(3), sameSize: accepted(1) })).toBe('fork');
  });

  it('takes nothing more of a log that was ended', () => {
    expect(outcome(3, [c], { last: accepted(2), endedBy: 9 })).toBe('log-ended');
    expect(
      outcome(checkpoint(2, toHex(c)), [], { last: accepted(2), sameSize: accepted(2), endedBy: 9 }),
    ).toBe('log-ended');
  });

  it('says what the next proof has to start from', () => {
    const judged = () => judgeCheckpoint(checkpoint(3), [], { last: accepted(2) });
    expect(judged).toThrow(RegistrationRefusal);
    try {
      judged();
    } catch (error) {
      expect((error as RegistrationRefusal).facts).toEqual({ lastSize: 2, lastRoot: ROOTS[2] });
    }
  });
});
