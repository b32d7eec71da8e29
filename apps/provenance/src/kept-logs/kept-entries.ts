import { toBase64, toHex } from '@lodemark/transparency';
import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { POOL } from '../database/pool.js';
import { toCount } from '../database/tables.js';
import type { KeptEntriesRequest } from './kept-entries.request.js';
import type { KeptEntriesResponse } from './kept-entries.response.js';

/** Entries as they came, covered by a checkpoint or not: what a service that lost them can have back. */
@Injectable()
export class KeptEntries {
  constructor(@Inject(POOL) private readonly pool: Pool) {}

  async page(origin: string, page: KeptEntriesRequest): Promise<KeptEntriesResponse> {
    const { rows: logs } = await this.pool.query<{ next: string }>(`SELECT next FROM log WHERE origin = $1`, [
      origin,
    ]);
    const size = toCount(logs[0]?.next ?? 0);
    // Read after the size: what came in between is left for the next page.
    const { rows } = await this.pool.query<{ idx: string; leaf: Buffer; bytes: Buffer }>(
      `SELECT idx, leaf, bytes FROM entry WHERE origin = $1 AND idx >= $2 AND idx < $3 ORDER BY idx LIMIT $4`,
      [origin, page.from, size, page.limit],
    );
    const entries = rows.map(({ idx, leaf, bytes }) => ({
      ...{ index: toCount(idx), leaf: toHex(leaf), entry: toBase64(bytes) },
    }));
    return { origin, size, entries };
  }
}
