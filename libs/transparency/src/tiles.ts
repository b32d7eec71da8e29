import { isCount } from './merkle.js';
import { TransparencyError } from './transparency-error.js';

/** Hashes in a full tile, and entries in a full bundle (tlog-tiles). */
export const TILE_WIDTH = 256;

/** Highest tile level that a path can name (tlog-tiles). */
const MAX_TILE_LEVEL = 63;
const TILE_PATH = /^tile\/(entries|0|[1-9][0-9]?)\/((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/;

/** A tile of the Merkle tree, or a bundle of entries, as tlog-tiles names them. */
export interface TileCoordinate {
  /** 0 to 63, or `entries` for an entry bundle, which is as wide as the level 0 tile of the same index. */
  readonly level: number | 'entries';
  readonly index: number;
  /** 1 to 256; below 256 it is a partial tile. */
  readonly width: number;
}

/** `tile/<L>/<N>[.p/<W>]`, relative to the log's prefix. @throws TransparencyError `bad-tile`. */
export function tilePath({ level, index, width }: TileCoordinate): string {
  const levelIsGood = level === 'entries' || (isCount(level) && level <= MAX_TILE_LEVEL);
  if (!levelIsGood || !isCount(index) || !isCount(width) || width < 1 || width > TILE_WIDTH) {
    throw new TransparencyError('bad-tile', `No tile: level ${level}, index ${index}, width ${width}.`);
  }
  const groups: string[] = [];
  for (let rest = index; groups.length === 0 || rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(String(rest % 1000).padStart(3, '0'));
  }
  const number = groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${level}/${number}${width < TILE_WIDTH ? `.p/${width}` : ''}`;
}

/** The tile that a path names, or undefined if it is not exactly what `tilePath` writes. */
export function parseTilePath(path: string): TileCoordinate | undefined {
  const [, level, number, width] = TILE_PATH.exec(path) ?? [];
  if (level === undefined || number === undefined) return undefined;
  const tile: TileCoordinate = {
    level: level === 'entries' ? level : Number(level),
    index: Number(number.replaceAll(/[x/]/g, '')),
    width: width === undefined ? TILE_WIDTH : Number(width),
  };
  const inRange = tile.level === 'entries' || tile.level <= MAX_TILE_LEVEL;
  if (!inRange || !isCount(tile.index) || tile.width > TILE_WIDTH) return undefined;
  // One spelling per tile: no needless `x000/`, no `.p/256`.
  return tilePath(tile) === path ? tile : undefined;
}

/** How many hashes the tile has in a log of this size: 0 (it does not exist) to 256 (it is full). */
export function tileWidth(level: number | 'entries', index: number, size: number): number {
  const hashes = hashesOnLevel(level === 'entries' ? 0 : level, size) - index * TILE_WIDTH;
  return Math.min(TILE_WIDTH, Math.max(0, hashes));
}

/** The partial tiles of a log of this size, level 0 first: `floor(size / 256^level) mod 256` hashes, never empty. */
export function partialTiles(size: number): readonly TileCoordinate[] {
  const tiles: TileCoordinate[] = [];
  for (let level = 0; hashesOnLevel(level, size) > 0; level++) {
    const hashes = hashesOnLevel(level, size);
    const width = hashes % TILE_WIDTH;
    if (width > 0) tiles.push({ level, index: Math.floor(hashes / TILE_WIDTH), width });
  }
  return tiles;
}

function hashesOnLevel(level: number, size: number): number {
  return Math.floor(size / TILE_WIDTH ** level);
}
