import { describe, expect, it } from '@jest/globals';
import { mayContradict, showsEntry, type Evidence } from './evidence.js';

function checkpoint(size: number, root: string): Evidence {
  return { kind: 'checkpoint', text: '', checkpoint: { origin: 'o', size, root } };
}

function receipt(index: number, leaf: string, eventId: string): Evidence {
  const recordedAt = '2026-11-24T12:00:00.000Z';
  return {
    kind: 'receipt',
    text: '',
    receipt: { v: 1, origin: 'o', index, leaf, eventId, payloadDigest: '', recordedAt },
  };
}

describe('mayContradict', () => {
  it.each([
    ['two roots of one size', checkpoint(3, 'a'), checkpoint(3, 'b'), true],
    ['the same checkpoint', checkpoint(3, 'a'), checkpoint(3, 'a'), false],
    [
      'checkpoints of two sizes, which only their entries can tell',
      checkpoint(3, 'a'),
      checkpoint(4, 'b'),
      true,
    ],
    ['two leaves at one index', receipt(1, 'a', 'x'), receipt(1, 'b', 'y'), true],
    ['the same receipt', receipt(1, 'a', 'x'), receipt(1, 'a', 'x'), false],
    ['one event at two indexes', receipt(1, 'a', 'x'), receipt(2, 'b', 'x'), true],
    ['receipts of two events', receipt(1, 'a', 'x'), receipt(2, 'b', 'y'), false],
    ['a receipt below a checkpoint', receipt(2, 'a', 'x'), checkpoint(3, 'b'), true],
    ['a receipt beyond a checkpoint', receipt(3, 'a', 'x'), checkpoint(3, 'b'), false],
  ])('%s', (...[, a, b, expected]) => {
    expect([mayContradict(a, b), mayContradict(b, a)]).toEqual([expected, expected]);
  });
});

describe('showsEntry', () => {
  it('takes a checkpoint for the entries below its size, a receipt for its own and those below', () => {
    expect([showsEntry(checkpoint(3, 'a'), 2), showsEntry(checkpoint(3, 'a'), 3)]).toEqual([true, false]);
    expect([showsEntry(receipt(3, 'a', 'x'), 3), showsEntry(receipt(3, 'a', 'x'), 4)]).toEqual([true, false]);
  });
});
