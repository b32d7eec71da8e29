import { surviveBrokenConnections } from '@lodemark/ledger';
import { Pool, type PoolConfig } from 'pg';

/** Milliseconds; without them one hanging connection could hold a log's cursor for ever. */
const LIMITS = {
  connectionTimeoutMillis: 5_000,
  query_timeout: 65_000,
  statement_timeout: 60_000,
  lock_timeout: 20_000,
  idle_in_transaction_session_timeout: 60_000,
};

/** Token by which Nest injects the pool of provenance's own database. */
export const POOL = Symbol('provenance database pool');

/** Sessions see the read model first, so that queries name their tables plainly. */
export function provenancePool(connectionString: string, max = 10): Pool {
  return poolOf({ ...LIMITS, connectionString, max });
}

/** One connection without time limits: for a rebuild or a digest, which take as long as there are entries. */
export function maintenancePool(connectionString: string): Pool {
  const { connectionTimeoutMillis } = LIMITS;
  return poolOf({ connectionTimeoutMillis, connectionString, max: 1 });
}

function poolOf(config: PoolConfig): Pool {
  const pool = new Pool({
    ...config,
    keepAlive: true,
    options: '-c search_path=provenance -c TimeZone=UTC -c bytea_output=hex',
  });
  surviveBrokenConnections(pool);
  return pool;
}
