import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { POOL } from '../database/pool.js';
import { toCount } from '../database/tables.js';

/** How far each log has been applied here. */
@Injectable()
export class LogCursors {
  constructor(@Inject(POOL) private readonly pool: Pool) {}

  /** Entries held, by origin. */
  async all(): Promise<ReadonlyMap<string, number>> {
    const { rows } = await this.pool.query<{ origin: string; next: string }>(
      `SELECT origin, next FROM log ORDER BY origin`,
    );
    return new Map(rows.map(({ origin, next }) => [origin, toCount(next)]));
  }
}
