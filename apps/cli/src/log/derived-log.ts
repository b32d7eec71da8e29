import {
  concatBytes,
  decodeEntryBundle,
  Frontier,
  leafHash,
  partialTiles,
  TILE_WIDTH,
  tileWidth,
  toHex,
  type TileCoordinate,
} from '@lodemark/transparency';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import type { LogSource } from './log-source.js';

/** A tile or entry bundle with the bytes that follow from the entries. */
export interface DerivedTile {
  readonly tile: TileCoordinate;
  readonly bytes: Uint8Array;
}

export interface DerivedLogVisitor {
  /** Every tile and bundle of the log's size, each once. */
  onTile(derived: DerivedTile): Promise<void>;
  onEntry?(entry: Uint8Array, index: number): void;
}

/**
 * Reads the entries of a log up to a size, and makes everything else out of them: nothing that the log says of its
 * tree is believed. Resolves with the root hash, lowercase hex.
 */
export async function deriveLog(
  source: LogSource,
  size: number,
  visitor: DerivedLogVisitor,
): Promise<string> {
  const frontier = Frontier.empty();
  /** Hashes of the tile under way on each level. */
  const rows: Uint8Array[][] = [];
  const rowOf = (level: number): Uint8Array[] => (rows[level] ??= []);
  for (let index = 0; index * TILE_WIDTH < size; index += 1) {
    const tile = { level: 'entries', index, width: tileWidth('entries', index, size) } as const;
    const { bytes, entries } = await entryBundle(source, tile);
    await visitor.onTile({ tile, bytes });
    for (const [i, entry] of entries.entries()) {
      visitor.onEntry?.(entry, index * TILE_WIDTH + i);
      const leaf = leafHash(entry);
      const completed = frontier.append(leaf);
      rowOf(0).push(leaf);
      for (const { level, index: at, root } of completed) {
        await visitor.onTile({
          tile: { level, index: at, width: TILE_WIDTH },
          bytes: concatBytes(...rowOf(level)),
        });
        rows[level] = [];
        rowOf(level + 1).push(root);
      }
    }
  }
  for (const tile of partialTiles(size))
    await visitor.onTile({ tile, bytes: concatBytes(...rowOf(Number(tile.level))) });
  return toHex(frontier.root());
}

/** An entry bundle, whole, with the entries in it. @throws Failure */
export async function entryBundle(
  source: LogSource,
  tile: TileCoordinate,
): Promise<{ readonly bytes: Uint8Array; readonly entries: readonly Uint8Array[] }> {
  const bytes = await source.tile(tile);
  const entries = decodeEntryBundle(bytes);
  if (entries.ok && entries.value.length === tile.width) return { bytes, entries: entries.value };
  const why = entries.ok
    ? `${entries.value.length} entries instead of ${tile.width}`
    : entries.problems.map(({ detail }) => detail).join(' ');
  throw new Failure({
    ...{ code: 'bundle-malformed', exit: EXIT.unproven },
    cause: `Entry bundle ${tile.index} of ${source.name} cannot be read: ${why}.`,
  });
}
