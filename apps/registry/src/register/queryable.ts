import type { QueryResult, QueryResultRow } from 'pg';

/** A pool, or the client of a transaction. */
export interface Queryable {
  query<R extends QueryResultRow>(text: string, values?: unknown[]): Promise<QueryResult<R>>;
}

/** A bigint column; indexes and sizes stay far below 2^53. */
export function toCount(value: string): number {
  const count = Number(value);
  if (!Number.isSafeInteger(count) || count < 0) throw new Error(`the register holds no count: ${value}`);
  return count;
}
