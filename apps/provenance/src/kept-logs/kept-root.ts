import type { Network } from '@lodemark/domain';
import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { POOL } from '../database/pool.js';
import { ReadRefusal } from '../http/read-refusal.js';
import { NETWORK } from '../ports.js';
import { KeptEntries } from './kept-entries.js';
import type { KeptEntriesRequest } from './kept-entries.request.js';
import type { KeptEntriesResponse } from './kept-entries.response.js';

/** The root log as it is kept here, with the documents that it names and that this service made or fetched. */
@Injectable()
export class KeptRoot {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(NETWORK) private readonly network: Network,
    private readonly kept: KeptEntries,
  ) {}

  entries(page: KeptEntriesRequest): Promise<KeptEntriesResponse> {
    return this.kept.page(this.network.rootOrigin, page);
  }

  /** A policy, or a certificate or status list of this service. @throws ReadRefusal `document-unknown` */
  async document(digest: string): Promise<Uint8Array> {
    const { rows } = await this.pool.query<{ bytes: Buffer }>(
      `SELECT bytes FROM policy_document WHERE digest = $1
       UNION ALL SELECT convert_to(jwt, 'UTF8') FROM asked.certificate WHERE digest = $1
       UNION ALL SELECT convert_to(jwt, 'UTF8') FROM asked.status_list WHERE digest = $1 LIMIT 1`,
      [digest],
    );
    if (rows[0] !== undefined) return rows[0].bytes;
    const detail = `No policy, certificate or status list ${digest} is kept here.`;
    throw new ReadRefusal({ code: 'document-unknown', detail, facts: { digest } });
  }
}
