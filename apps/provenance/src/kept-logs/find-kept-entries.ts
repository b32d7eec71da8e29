import type { Network } from '@lodemark/domain';
import type { Caller } from '@lodemark/platform';
import { toBase64, toHex } from '@lodemark/transparency';
import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import { Access } from '../access/access.js';
import { POOL } from '../database/pool.js';
import { toCount } from '../database/tables.js';
import { NETWORK } from '../ports.js';
import type { KeptEntriesRequest } from './kept-entries.request.js';
import type { KeptEntriesResponse } from './kept-entries.response.js';

export class FindKeptEntries extends Query<KeptEntriesResponse> {
  constructor(
    readonly facility: string,
    readonly page: KeptEntriesRequest,
    readonly caller: Caller,
  ) {
    super();
  }
}

/** Entries as they came, covered by a checkpoint or not: what a custody service that lost them can have back. */
@QueryHandler(FindKeptEntries)
export class FindKeptEntriesHandler implements IQueryHandler<FindKeptEntries> {
  constructor(
    private readonly access: Access,
    @Inject(NETWORK) private readonly network: Network,
    @Inject(POOL) private readonly pool: Pool,
  ) {}

  async execute({ facility, page, caller }: FindKeptEntries): Promise<KeptEntriesResponse> {
    this.access.mayActFor(facility, caller);
    const origin = this.network.logOrigin(facility);
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
