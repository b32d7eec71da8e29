import { Frontier } from '../src/frontier.js';
import { leafHash, rootOf, type NodeCoordinate } from '../src/merkle.js';
import type { NodeReader } from '../src/proof-ranges.js';
import { concatBytes, toUtf8 } from '../src/bytes.js';
import { tilePath, type TileCoordinate } from '../src/tiles.js';
import type { TileReader } from '../src/tile-nodes.js';

/** Leaf hashes of a tree of this size; different ones for each seed. */
export function leavesOf(size: number, seed = 'entry'): readonly Uint8Array[] {
  return Array.from({ length: size }, (_, i) => leafHash(toUtf8(`${seed} ${i}`)));
}

/** The frontier after appending all of them. */
export function frontierOf(leaves: readonly Uint8Array[]): Frontier {
  const frontier = Frontier.empty();
  for (const leaf of leaves) frontier.append(leaf);
  return frontier;
}

/** Reads perfect subtrees straight out of the leaves. */
export function leafReader(leaves: readonly Uint8Array[]): NodeReader {
  return {
    readNodes: (nodes: readonly NodeCoordinate[]) =>
      Promise.resolve(
        nodes.map(({ level, index }) => {
          const width = 2 ** level;
          const covered = leaves.slice(index * width, (index + 1) * width);
          if (covered.length !== width) throw new Error(`no node (${level}, ${index})`);
          return rootOf(covered);
        }),
      ),
  };
}

/** A store of tiles, filled as a log fills it: full tiles as they complete, partial ones for its last size. */
export function tileStore(leaves: readonly Uint8Array[]): { tiles: TileReader; reads: string[] } {
  const rows: Uint8Array[][] = [[...leaves]];
  const frontier = Frontier.empty();
  for (const leaf of leaves) {
    for (const { level, root } of frontier.append(leaf)) (rows[level + 1] ??= []).push(root);
  }
  const reads: string[] = [];
  const readTile = (tile: TileCoordinate): Promise<Uint8Array> => {
    reads.push(tilePath(tile));
    const row = rows[tile.level as number] ?? [];
    return Promise.resolve(concatBytes(...row.slice(tile.index * 256, tile.index * 256 + tile.width)));
  };
  return { tiles: { readTile }, reads };
}
