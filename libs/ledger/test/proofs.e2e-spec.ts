import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { audit, RootLog } from '@lodemark/ledger';
import {
  decodeEntryBundle,
  EMPTY_ROOT,
  Frontier,
  leafHash,
  partialTiles,
  rootOf,
  tileNodes,
  toHex,
  verifyConsistency,
  verifyInclusion,
  inclusionProof,
  type TileCoordinate,
} from '@lodemark/transparency';
import fc from 'fast-check';
import { LedgerFixture } from './ledger-fixture.js';
import { NETWORK, Facility } from './signed-events.js';

const ORIGIN = `${NETWORK}/root`;
/** Past the first full tile of level 1, and not on a border of anything. */
const SIZE = 256 * 256 + 256 * 3 + 77;

let fixture: LedgerFixture;
let leaves: Uint8Array[];

beforeAll(async () => {
  fixture = await LedgerFixture.open('proofs');
  const log = new RootLog({ pool: fixture.pool, clock: fixture.clock, origin: ORIGIN });
  await log.open();
  const { publicKey } = new Facility('registrar');
  await log.append(({ recordedAt }) =>
    Promise.resolve([
      { entry: { v: 1, kind: 'genesis', recordedAt, network: NETWORK, registrarKeys: [publicKey] } },
    ]),
  );
  // Widths that cross, end on and start on the borders of tiles of both levels.
  const widths = [254, 1, 1, 255, 257, 4_096, 60_000];
  for (let size = 1; size < SIZE;) {
    const width = Math.min(widths.shift() ?? 701, SIZE - size);
    await log.append(({ recordedAt }) =>
      Promise.resolve(
        Array.from({ length: width }, (_, i) => {
          const digest = createHash('sha256')
            .update(`document ${size + i}`)
            .digest('hex');
          return { entry: { v: 1, kind: 'certificate', recordedAt, digest } as const };
        }),
      ),
    );
    size += width;
  }
  const { rows } = await fixture.pool.query<{ data: Buffer }>('SELECT data FROM ledger.entry ORDER BY idx');
  leaves = rows.map(({ data }) => leafHash(data));
  roots = rootsOf(leaves);
}, 300_000);

afterAll(() => fixture.close());

/** Of every size, since random sizes are asked for by the hundred. */
let roots: Uint8Array[];

function rootsOf(hashes: readonly Uint8Array[]): Uint8Array[] {
  const frontier = Frontier.empty();
  return [frontier.root(), ...hashes.map((leaf) => (frontier.append(leaf), frontier.root()))];
}

describe('a log beyond 65,536 entries', () => {
  it('is clean when read again', async () => {
    expect(leaves).toHaveLength(SIZE);
    expect(await audit(fixture.pool, ORIGIN)).toEqual([]);
    expect((await fixture.reader.head(ORIGIN)).root).toBe(toHex(roots[SIZE]!));
  }, 300_000);

  it('has the root of every size that it ever had', async () => {
    const sizes = [0, 1, 2, 255, 256, 257, 511, 512, 65_536, 65_537, SIZE];
    for (const size of sizes) {
      expect(await fixture.reader.rootAt(ORIGIN, size)).toBe(toHex(rootOf(leaves.slice(0, size))));
    }
  });

  it('proves that any entry is in the tree of any later size', async () => {
    const places = fc
      .integer({ min: 1, max: SIZE })
      .chain((size) => fc.tuple(fc.constant(size), fc.integer({ min: 0, max: size - 1 })));
    await fc.assert(
      fc.asyncProperty(places, async ([size, index]) => {
        const proof = await fixture.reader.inclusionProof(ORIGIN, index, size);
        const claim = { leaf: leaves[index]!, index, size, root: roots[size]!, proof };
        expect(verifyInclusion(claim)).toBe(true);
      }),
      { numRuns: 150 },
    );
  }, 300_000);

  it('proves that any two sizes have one history', async () => {
    const sizes = fc
      .integer({ min: 1, max: SIZE })
      .chain((newSize) => fc.tuple(fc.integer({ min: 1, max: newSize }), fc.constant(newSize)));
    await fc.assert(
      fc.asyncProperty(sizes, async ([oldSize, newSize]) => {
        const proof = await fixture.reader.consistencyProof(ORIGIN, oldSize, newSize);
        const [oldRoot, newRoot] = [roots[oldSize]!, roots[newSize]!];
        expect(verifyConsistency({ oldSize, oldRoot, newSize, newRoot, proof })).toBe(true);
      }),
      { numRuns: 150 },
    );
  }, 300_000);

  it('serves tiles from which somebody else can make the same proofs', async () => {
    const tiles = {
      readTile: async (tile: TileCoordinate) => {
        const bytes = await fixture.reader.tile(ORIGIN, tile);
        if (bytes === undefined) throw new Error(`No tile ${tile.level}/${tile.index}.${tile.width}`);
        return bytes;
      },
    };
    for (const [index, size] of [
      [0, SIZE],
      [65_535, 65_536],
      [65_536, SIZE],
      [SIZE - 1, SIZE],
      [300, 1_000],
    ] as const) {
      const proof = await inclusionProof(index, size, tileNodes(size, tiles));
      expect(verifyInclusion({ leaf: leaves[index]!, index, size, root: roots[size]!, proof })).toBe(true);
    }
  });

  it('serves the partial tiles and bundles of every size that it had, and nothing beyond its end', async () => {
    expect(partialTiles(SIZE)).toEqual([
      { level: 0, index: 259, width: 77 },
      { level: 1, index: 1, width: 3 },
      { level: 2, index: 0, width: 1 },
    ]);
    for (const tile of partialTiles(SIZE)) {
      expect(await fixture.reader.tile(ORIGIN, tile)).toHaveLength(tile.width * 32);
      expect(await fixture.reader.tile(ORIGIN, { ...tile, width: tile.width + 1 })).toBeUndefined();
      expect(await fixture.reader.tile(ORIGIN, { ...tile, width: 0 })).toBeUndefined();
    }
    // A width that was published once stays served when the tile has become full.
    expect(await fixture.reader.tile(ORIGIN, { level: 0, index: 0, width: 100 })).toHaveLength(3_200);
    const bundle = await fixture.reader.tile(ORIGIN, { level: 'entries', index: 259, width: 77 });
    const entries = decodeEntryBundle(bundle!);
    expect(entries.ok && entries.value.map((entry) => toHex(leafHash(entry)))).toEqual(
      leaves.slice(259 * 256).map(toHex),
    );
    expect(await fixture.reader.tile(ORIGIN, { level: 'entries', index: 259, width: 78 })).toBeUndefined();
    expect(await fixture.reader.tile(ORIGIN, { level: 63, index: 0, width: 1 })).toBeUndefined();
    expect(await fixture.reader.tile(ORIGIN, { level: 0, index: 2 ** 50, width: 1 })).toBeUndefined();
  });

  it('refuses to prove what is beyond its end', async () => {
    const outOfRange = { code: 'out-of-range' };
    await expect(fixture.reader.rootAt(ORIGIN, SIZE + 1)).rejects.toMatchObject(outOfRange);
    await expect(fixture.reader.rootAt(ORIGIN, -1)).rejects.toMatchObject(outOfRange);
    await expect(fixture.reader.rootAt(ORIGIN, 1.5)).rejects.toMatchObject(outOfRange);
    await expect(fixture.reader.inclusionProof(ORIGIN, 5, 5)).rejects.toMatchObject(outOfRange);
    await expect(fixture.reader.consistencyProof(ORIGIN, 6, 5)).rejects.toMatchObject(outOfRange);
  });
});

describe('an empty log', () => {
  it('has the root of nothing', async () => {
    const plant = new Facility('empty');
    await fixture.ledger.open(plant.origin);
    expect(await fixture.reader.rootAt(plant.origin, 0)).toBe(toHex(EMPTY_ROOT));
    expect(await fixture.reader.consistencyProof(plant.origin, 0, 0)).toEqual([]);
    await fixture.expectClean(plant);
  });
});
