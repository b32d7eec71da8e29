import {
  concatBytes,
  consistencyProof,
  Frontier,
  inclusionProof,
  tileNodes,
  toHex,
  type NodeCoordinate,
  type NodeReader,
  type TileCoordinate,
} from '@lodemark/transparency';
import type { Queries } from './queries.js';
import { LedgerError } from './ledger-error.js';
import type { HeadRow } from './log-head.js';
import { StoredTiles } from './stored-tiles.js';
import type { Tables } from './tables.js';

/** Roots and proofs of one log up to the size of a head that was read before. */
export class TreeReader {
  private readonly tiles: StoredTiles;

  constructor(
    client: Queries,
    tables: Tables,
    private readonly head: HeadRow,
  ) {
    this.tiles = new StoredTiles(client, tables, head.id);
  }

  tile(tile: TileCoordinate): Promise<Uint8Array | undefined> {
    return this.tiles.read(tile);
  }

  /** Root hash of the first `size` entries, lowercase hex. */
  async rootAt(size: number): Promise<string> {
    this.requireSize(size);
    if (size === this.head.size) return this.head.root;
    const subtrees = await this.nodes(size).readNodes(perfectSubtrees(size));
    return toHex(Frontier.parse(size, concatBytes(...subtrees)).root());
  }

  async inclusionProof(index: number, size: number): Promise<readonly Uint8Array[]> {
    this.requireSize(size);
    if (!Number.isSafeInteger(index) || index < 0 || index >= size) {
      throw new LedgerError('out-of-range', `Entry ${index} is not among the first ${size}.`);
    }
    return inclusionProof(index, size, this.nodes(size));
  }

  async consistencyProof(oldSize: number, newSize: number): Promise<readonly Uint8Array[]> {
    this.requireSize(newSize);
    if (!Number.isSafeInteger(oldSize) || oldSize < 0 || oldSize > newSize) {
      throw new LedgerError('out-of-range', `No proof from size ${oldSize} to size ${newSize}.`);
    }
    return consistencyProof(oldSize, newSize, this.nodes(newSize));
  }

  private nodes(size: number): NodeReader {
    return tileNodes(size, {
      readTile: async (tile) => {
        const hashes = await this.tiles.read(tile);
        if (hashes !== undefined) return hashes;
        throw new LedgerError('damaged', `${this.head.origin} lacks tile ${tile.level}/${tile.index}.`);
      },
    });
  }

  private requireSize(size: number): void {
    if (Number.isSafeInteger(size) && size >= 0 && size <= this.head.size) return;
    throw new LedgerError('out-of-range', `${this.head.origin} has ${this.head.size} entries, not ${size}.`);
  }
}

/** The subtrees that a frontier of this size consists of, largest first. */
function perfectSubtrees(size: number): readonly NodeCoordinate[] {
  const nodes: NodeCoordinate[] = [];
  // By division: the bit operators of JavaScript stop at 32 bits.
  for (let level = 0, rest = size; rest > 0; level++, rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) nodes.unshift({ level, index: rest - 1 });
  }
  return nodes;
}
