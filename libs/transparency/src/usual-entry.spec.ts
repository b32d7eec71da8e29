import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalize } from './canonical-json.js';
import { facilityLogShapes } from './entry-shapes.js';
import { usualEntry } from './usual-entry.js';

const HASH = 'ab'.repeat(32);
const ENTRY = {
  jws: 'aaaa.bb-_.cccc',
  kind: 'event',
  lots: { '*': 0, 'kokbulak/2026-0017': 3, 'src/1': 12 },
  recordedAt: '2026-03-04T05:06:07.089Z',
  root: { hash: HASH, size: 12 },
  v: 1,
};
const TEXT = canonicalize(ENTRY);

/** What holds of everything that is taken: it is canonical, and of the shape. */
function expectSound(text: string): void {
  const entry = usualEntry(text);
  if (entry === undefined) return;
  expect(canonicalize(entry)).toBe(text);
  expect(facilityLogShapes.get('event')!(entry, [])).toBe(true);
  expect(entry).toEqual(JSON.parse(text));
}

describe('the usual form of an entry', () => {
  it('is read as it stands', () => {
    expect(usualEntry(TEXT)).toEqual(ENTRY);
  });

  it.each([
    ['lots out of order', TEXT.replace('"*":0,', '').replace('}', ',"*":0}')],
    ['a lot twice', TEXT.replace('"src/1":12', '"src/1":12,"src/1":12')],
    ['no lots', TEXT.replace(/"lots":\{[^}]*\}/, '"lots":{}')],
    ['a lot that is none', TEXT.replace('src/1', 'SRC/1')],
    ['an escape in a name', TEXT.replace('src/1', 'src\\u002f1')],
    ['a sequence number with a leading zero', TEXT.replace('"src/1":12', '"src/1":012')],
    ['a negative sequence number', TEXT.replace('"src/1":12', '"src/1":-1')],
    ['a day that is none', TEXT.replace('03-04T', '02-30T')],
    ['a hash of another size', TEXT.replace(HASH, 'ab')],
    ['a hash of size 0 that is not that of nothing', TEXT.replace('"size":12', '"size":0')],
    ['a JWS of two parts', TEXT.replace('aaaa.', '')],
    ['another version', TEXT.replace('"v":1', '"v":2')],
    ['another kind', TEXT.replace('"event"', '"heads"')],
    ['a member more', TEXT.replace('"v":1', '"v":1,"w":1')],
    ['white space', `${TEXT} `],
  ])('is not that of %s', (_, text) => {
    expect(text).not.toBe(TEXT);
    expect(usualEntry(text)).toBeUndefined();
  });

  it('takes nothing that is not canonical and of the shape, whatever stands where', () => {
    const places = fc.record({ at: fc.nat(TEXT.length), gone: fc.nat(3) });
    const added = fc.oneof(fc.constantFrom(...new Set(TEXT)), fc.string({ maxLength: 3 }));
    fc.assert(
      fc.property(places, added, ({ at, gone }, more) => {
        expectSound(TEXT.slice(0, at) + more + TEXT.slice(at + gone));
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes what any event of few lots is written as', () => {
    const lot = fc.oneof(fc.constant('*'), fc.stringMatching(/^[a-z0-9-]{1,9}\/[A-Za-z0-9._-]{1,9}$/));
    const lots = fc.dictionary(lot, fc.nat(), { minKeys: 1, maxKeys: 8, noNullPrototype: true });
    fc.assert(
      fc.property(lots, fc.integer({ min: 1, max: 2 ** 49 }), (some, size) => {
        const entry = { ...ENTRY, lots: some, root: { hash: HASH, size } };
        expect(usualEntry(canonicalize(entry))).toEqual(entry);
      }),
    );
  });
});
