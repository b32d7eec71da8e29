import { rootOf, type NodeCoordinate } from './merkle.js';
import type { NodeReader } from './proof-ranges.js';
import { HASH_BYTES } from './sha256.js';
import { tilePath, tileWidth, type TileCoordinate } from './tiles.js';
import { TransparencyError } from './transparency-error.js';

const TILE_HEIGHT = 8;

/** Where tiles come from: a table, a folder, HTTP. */
export interface TileReader {
  /** The tile's hashes one after the other; rejects if it cannot be had. */
  readTile(tile: TileCoordinate): Promise<Uint8Array>;
}

/** Reads the perfect subtrees of a log of this size out of its tiles, each tile once per call. */
export function tileNodes(size: number, tiles: TileReader): NodeReader {
  return {
    async readNodes(nodes) {
      const read = new Map<string, Promise<Uint8Array>>();
      return Promise.all(nodes.map((node) => readNode(node, size, (tile) => readOnce(tile, tiles, read))));
    },
  };
}

/** A node stands in one tile: on its level if that is a multiple of 8, otherwise as the fold of 2^r of its hashes. */
async function readNode(
  { level, index }: NodeCoordinate,
  size: number,
  readTile: (tile: TileCoordinate) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const tileLevel = Math.floor(level / TILE_HEIGHT);
  const span = 2 ** (level % TILE_HEIGHT);
  const nodesPerTile = 2 ** TILE_HEIGHT / span;
  const tileIndex = Math.floor(index / nodesPerTile);
  const first = (index % nodesPerTile) * span;
  const width = tileWidth(tileLevel, tileIndex, size);
  if (width < first + span) {
    throw new TransparencyError('bad-range', `No node (${level}, ${index}) in a tree of size ${size}.`);
  }
  const tile = await readTile({ level: tileLevel, index: tileIndex, width });
  const hashes: Uint8Array[] = [];
  for (let i = first; i < first + span; i++) hashes.push(tile.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
  return rootOf(hashes);
}

function readOnce(
  tile: TileCoordinate,
  tiles: TileReader,
  read: Map<string, Promise<Uint8Array>>,
): Promise<Uint8Array> {
  const path = tilePath(tile);
  const known = read.get(path) ?? readChecked(tile, tiles);
  read.set(path, known);
  return known;
}

async function readChecked(tile: TileCoordinate, tiles: TileReader): Promise<Uint8Array> {
  const bytes = await tiles.readTile(tile);
  if (bytes.length === tile.width * HASH_BYTES) return bytes;
  throw new TransparencyError('bad-tile', `${tilePath(tile)} has ${bytes.length} bytes.`);
}
