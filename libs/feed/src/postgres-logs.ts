import { LedgerError, LedgerReader } from '@lodemark/ledger';
import type { Pool } from 'pg';
import type { FeedEntry } from './feed.js';
import type { LogReads } from './pull-source.js';

/** Reads logs from the tables that libs/ledger keeps them in, with whatever role may select from them. */
export class PostgresLogs implements LogReads {
  private readonly reader: LedgerReader;

  constructor(options: { readonly pool: Pool; readonly schema?: string }) {
    this.reader = new LedgerReader(options);
  }

  async read(origin: string, from: number, limit: number): Promise<readonly FeedEntry[] | undefined> {
    try {
      const entries = await this.reader.entries(origin, from, limit);
      return entries.map(({ index, leaf, data }) => ({ origin, index, leafHash: leaf, bytes: data }));
    } catch (error) {
      if (error instanceof LedgerError && error.code === 'log-unknown') return undefined;
      throw error;
    }
  }
}
