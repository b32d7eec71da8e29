import type { Pool } from 'pg';
import { LedgerError } from './ledger-error.js';
import { surviveBrokenConnections } from './ledger-pool.js';
import { readCheckpointNote, type PublishedCheckpoint } from './ledger-reader.js';
import { readHead } from './log-head.js';
import { reading, type Queries } from './queries.js';
import { Tables, toCount } from './tables.js';
import { TreeReader } from './tree-reader.js';

/** What a log's own services keep about it beside the entries: published checkpoints and relay cursors. */
export class LogKeeping {
  private readonly queries: Queries;
  private readonly tables: Tables;

  constructor({ pool, schema }: { readonly pool: Pool; readonly schema?: string }) {
    surviveBrokenConnections(pool);
    this.queries = reading(pool);
    this.tables = new Tables(schema);
  }

  /**
   * Keeps a signed checkpoint after comparing it with the log. The first note of a size stays and is returned.
   * @throws LedgerError `checkpoint-contradicts-log`
   */
  async saveCheckpoint(origin: string, note: string): Promise<PublishedCheckpoint> {
    const checkpoint = readCheckpointNote(note);
    const head = await readHead(this.queries, this.tables, { origin });
    const fits =
      checkpoint.origin === origin &&
      checkpoint.size <= head.size &&
      checkpoint.root === (await new TreeReader(this.queries, this.tables, head).rootAt(checkpoint.size));
    if (!fits) {
      throw new LedgerError('checkpoint-contradicts-log', `Not the root of ${origin} at ${checkpoint.size}.`);
    }
    await this.queries.query(
      `INSERT INTO ${this.tables.checkpoint} (log_id, size, note) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
      [head.id, checkpoint.size, note],
    );
    const { rows } = await this.queries.query<{ note: string }>(
      `SELECT note FROM ${this.tables.checkpoint} WHERE log_id = $1 AND size = $2`,
      [head.id, checkpoint.size],
    );
    return rows[0] === undefined ? checkpoint : readCheckpointNote(rows[0].note);
  }

  /** Index of the next entry that this relay publishes; 0 before the first. */
  async relayCursor(origin: string, relay: string): Promise<number> {
    const { id } = await readHead(this.queries, this.tables, { origin });
    const { rows } = await this.queries.query<{ next: string }>(
      `SELECT next FROM ${this.tables.relayCursor} WHERE log_id = $1 AND relay = $2`,
      [id, relay],
    );
    return toCount(rows[0]?.next ?? 0);
  }

  /**
   * Moves the cursor, forward or back, if it still stands at `from`; false when it does not.
   * @throws LedgerError `out-of-range` beyond the log's end
   */
  async moveRelayCursor(
    origin: string,
    relay: string,
    { from, to }: { readonly from: number; readonly to: number },
  ): Promise<boolean> {
    const { id, size } = await readHead(this.queries, this.tables, { origin });
    if (!Number.isSafeInteger(to) || to < 0 || to > size) {
      throw new LedgerError(
        'out-of-range',
        `${origin} has ${size} entries: the cursor cannot stand at ${to}.`,
      );
    }
    await this.queries.query(
      `INSERT INTO ${this.tables.relayCursor} (log_id, relay, next) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING`,
      [id, relay],
    );
    const { rowCount } = await this.queries.query(
      `UPDATE ${this.tables.relayCursor} SET next = $4 WHERE log_id = $1 AND relay = $2 AND next = $3`,
      [id, relay, from, to],
    );
    return rowCount === 1;
  }
}
