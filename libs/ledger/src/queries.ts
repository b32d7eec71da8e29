import type { Pool, QueryResult, QueryResultRow } from 'pg';
import { asReadError } from './transaction.js';

/** What can be asked: a connection within a transaction, or a pool by way of {@link reading}. */
export interface Queries {
  query<R extends QueryResultRow>(text: string, values?: unknown[]): Promise<QueryResult<R>>;
}

/** Single statements on any connection of a pool; a database that is away is a `LedgerUnavailable`. */
export function reading(pool: Pool): Queries {
  return {
    async query<R extends QueryResultRow>(text: string, values?: unknown[]): Promise<QueryResult<R>> {
      try {
        return await pool.query<R>(text, values);
      } catch (error) {
        throw asReadError(error);
      }
    },
  };
}
