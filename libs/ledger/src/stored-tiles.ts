import { concatBytes, encodeEntryBundle, TILE_WIDTH, type TileCoordinate } from '@lodemark/transparency';
import type { Queries } from './queries.js';
import type { Tables } from './tables.js';

/** A log's tiles out of the database: full ones as stored, partial ones from what they are made of. */
export class StoredTiles {
  constructor(
    private readonly client: Queries,
    private readonly tables: Tables,
    private readonly logId: number,
  ) {}

  /** Undefined where the log has not got that far. */
  async read({ level, index, width }: TileCoordinate): Promise<Uint8Array | undefined> {
    if (level === 'entries') return this.entryBundle(index, width);
    if (width < TILE_WIDTH) return this.partial({ level, index, width });
    const { rows } = await this.client.query<{ hashes: Buffer }>(
      `SELECT hashes FROM ${this.tables.tile} WHERE log_id = $1 AND level = $2 AND n = $3`,
      [this.logId, level, index],
    );
    return rows[0]?.hashes;
  }

  private async partial(tile: TileCoordinate & { readonly level: number }): Promise<Uint8Array | undefined> {
    const first = tile.index * TILE_WIDTH;
    const { rows } =
      tile.level === 0
        ? await this.client.query<{ hash: Buffer }>(
            `SELECT leaf_hash AS hash FROM ${this.tables.entry}
             WHERE log_id = $1 AND idx >= $2 AND idx < $3 ORDER BY idx`,
            [this.logId, first, first + tile.width],
          )
        : await this.client.query<{ hash: Buffer }>(
            `SELECT root AS hash FROM ${this.tables.tile}
             WHERE log_id = $1 AND level = $2 AND n >= $3 AND n < $4 ORDER BY n`,
            [this.logId, tile.level - 1, first, first + tile.width],
          );
    return rows.length === tile.width ? concatBytes(...rows.map(({ hash }) => hash)) : undefined;
  }

  private async entryBundle(index: number, width: number): Promise<Uint8Array | undefined> {
    const first = index * TILE_WIDTH;
    const { rows } = await this.client.query<{ data: Buffer }>(
      `SELECT data FROM ${this.tables.entry} WHERE log_id = $1 AND idx >= $2 AND idx < $3 ORDER BY idx`,
      [this.logId, first, first + width],
    );
    return rows.length === width ? encodeEntryBundle(rows.map(({ data }) => data)) : undefined;
  }
}
