import { Pool, type PoolClient, type PoolConfig } from 'pg';

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
export function provenancePool(connectionString: string): Pool {
  return poolOf({ ...LIMITS, connectionString, max: 10 });
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
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);
  // Between the pool's own listener and that of whoever takes a connection lies a moment without any, and a server
  // that shuts down right then would end the process, too. The next query on the connection fails and says why.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

export type TransactionMode = 'READ COMMITTED' | 'REPEATABLE READ READ ONLY';

/** Runs `work` in one transaction. An error rolls back and comes out unchanged; a broken connection is thrown away. */
export async function inTransaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
  mode: TransactionMode = 'READ COMMITTED',
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error) => (broken ??= error);
  client.on('error', onError);
  try {
    await client.query(`BEGIN ISOLATION LEVEL ${mode}`);
    const result = await work(client);
    const { command } = await client.query('COMMIT');
    if (command !== 'COMMIT') throw new Error(`COMMIT was answered by ${command}`);
    return result;
  } catch (error) {
    await client
      .query('ROLLBACK')
      .catch((second: unknown) => (broken ??= second instanceof Error ? second : new Error(String(second))));
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}
