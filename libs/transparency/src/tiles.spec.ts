import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { vectorJson } from '../test/vectors.js';
import { concatBytes } from './bytes.js';
import { decodeEntryBundle, encodeEntryBundle } from './entry-bundle.js';
import { parseTilePath, partialTiles, tilePath, tileWidth, type TileCoordinate } from './tiles.js';
import { TransparencyError } from './transparency-error.js';

interface Examples {
  readonly tilePath: readonly { readonly index: number; readonly path: string }[];
}

const examples = vectorJson('c2sp-spec-examples/c2sp-examples.json') as Examples;
const tile = fc.record({
  level: fc.oneof(fc.nat(63), fc.constant('entries' as const)),
  index: fc.maxSafeNat(),
  width: fc.integer({ min: 1, max: 256 }),
});

describe('tilePath', () => {
  it.each(examples.tilePath)('writes index $index as $path, as the specification does', ({ index, path }) => {
    expect(tilePath({ level: 0, index, width: 256 })).toBe(`tile/0/${path}`);
    expect(tilePath({ level: 'entries', index, width: 17 })).toBe(`tile/entries/${path}.p/17`);
  });

  it('is read back as it was written', () => {
    fc.assert(fc.property(tile, (one) => expect(parseTilePath(tilePath(one))).toEqual(one)));
  });

  it.each<TileCoordinate>([
    { level: 64, index: 0, width: 1 },
    { level: -1, index: 0, width: 1 },
    { level: 0.5, index: 0, width: 1 },
    { level: 0, index: -1, width: 1 },
    { level: 0, index: 2 ** 53, width: 1 },
    { level: 0, index: 0, width: 0 },
    { level: 0, index: 0, width: 257 },
  ])('refuses %j', (one) => {
    expect(() => tilePath(one)).toThrow(TransparencyError);
  });
});

describe('parseTilePath', () => {
  it.each([
    '',
    'tile/0/0',
    'tile/0/0000',
    'tile/00/000',
    'tile/64/000',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/999',
    'tile/0/000.p/01',
    'tile/0/000.p/',
    'tile/0/x000/000',
    'tile/0/x000/x000/001',
    'tile/0/001/000',
    'tile/0/x001',
    'tile/0/X001/000',
    'tile/0/000/',
    '/tile/0/000',
    'tile/0/000\n',
    'tile/0/x999/x999/x999/x999/x999/999',
    'tile/0/../000',
    'tile/entry/000',
    'tile/0/٠٠٠',
  ])('does not take %j', (path) => {
    expect(parseTilePath(path)).toBeUndefined();
  });

  it('takes one spelling only', () => {
    const nearly = fc.stringMatching(/^tile\/[0-9e]{1,2}\/(x[0-9]{3}\/){0,3}[0-9]{3}(\.p\/[0-9]{1,3})?$/);
    fc.assert(
      fc.property(nearly, (path) => {
        const read = parseTilePath(path);
        if (read !== undefined) expect(tilePath(read)).toBe(path);
      }),
    );
  });
});

describe('the tiles of a log', () => {
  it('are those of the specification’s examples', () => {
    expect(tileWidth(0, 272, 70_000)).toBe(256);
    expect(partialTiles(70_000)).toEqual([
      { level: 0, index: 273, width: 112 },
      { level: 1, index: 1, width: 17 },
      { level: 2, index: 0, width: 1 },
    ]);
    expect(partialTiles(256)).toEqual([{ level: 1, index: 0, width: 1 }]);
    expect(partialTiles(0)).toEqual([]);
    expect(partialTiles(1)).toEqual([{ level: 0, index: 0, width: 1 }]);
  });

  it('hold floor(size / 256^level) hashes per level, the last tile alone being partial', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31 - 1), fc.nat(3), (size, level) => {
        const hashes = Math.floor(size / 256 ** level);
        const full = Math.floor(hashes / 256);
        const partial = partialTiles(size).find((one) => one.level === level);
        expect(partial?.width ?? 0).toBe(hashes % 256);
        if (full > 0) expect(tileWidth(level, full - 1, size)).toBe(256);
        expect(tileWidth(level, full, size)).toBe(hashes % 256);
        expect(tileWidth(level, full + 1, size)).toBe(0);
      }),
    );
  });

  it('give entry bundles the widths of level 0', () => {
    expect(tileWidth('entries', 273, 70_000)).toBe(112);
    expect(tileWidth('entries', 274, 70_000)).toBe(0);
  });

  it('stay right at the largest size', () => {
    const widths = partialTiles(Number.MAX_SAFE_INTEGER).map(({ width }) => width);
    expect(widths).toEqual([255, 255, 255, 255, 255, 255, 31]);
  });
});

describe('entry bundles', () => {
  const entry = fc.uint8Array({ maxLength: 300 });

  it('give back the entries that were put in', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 20 }), (entries) => {
        expect(decodeEntryBundle(encodeEntryBundle(entries))).toEqual({ ok: true, value: entries });
      }),
    );
  });

  it('write the length as big-endian uint16', () => {
    const long = new Uint8Array(0x0102).fill(7);
    expect(encodeEntryBundle([Uint8Array.of(9), long])).toEqual(
      concatBytes(Uint8Array.of(0, 1, 9, 1, 2), long),
    );
    expect(encodeEntryBundle([new Uint8Array(65_535)]).subarray(0, 2)).toEqual(Uint8Array.of(255, 255));
  });

  it('hold at most 256 entries of at most 65,535 bytes', () => {
    expect(() => encodeEntryBundle([new Uint8Array(65_536)])).toThrow('65536');
    expect(() => encodeEntryBundle(Array<Uint8Array>(257).fill(new Uint8Array()))).toThrow(TransparencyError);
    expect(decodeEntryBundle(new Uint8Array(2 * 256)).ok).toBe(true);
    expect(decodeEntryBundle(new Uint8Array(2 * 257))).toMatchObject({
      problems: [{ code: 'bundle-too-long', pointer: '/256' }],
    });
  });

  it('that end too soon are refused', () => {
    const bundle = encodeEntryBundle([Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5)]);
    for (let length = 1; length < bundle.length; length++) {
      const read = decodeEntryBundle(bundle.subarray(0, length));
      if (length === 5) expect(read).toEqual({ ok: true, value: [Uint8Array.of(1, 2, 3)] });
      else
        expect(read).toMatchObject({
          problems: [{ code: 'bundle-truncated', pointer: length < 5 ? '/0' : '/1' }],
        });
    }
  });

  it('are read out of a Node buffer into memory of their own', () => {
    const buffer = Buffer.from([0, 2, 1, 2]);
    const read = decodeEntryBundle(buffer);
    buffer.fill(9);
    expect(read).toEqual({ ok: true, value: [Uint8Array.of(1, 2)] });
  });

  it('are read out of a larger buffer, and never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const inside = concatBytes(Uint8Array.of(1, 2, 3), bytes).subarray(3);
        const read = decodeEntryBundle(inside);
        expect(read).toEqual(decodeEntryBundle(bytes));
        if (read.ok) expect(encodeEntryBundle(read.value)).toEqual(bytes);
      }),
    );
  });
});
