import { Pool, type PoolConfig } from 'pg';

/**
 * Time limits in milliseconds without which one hanging connection could hold a log's head row for ever:
 * a process that stops in the middle of a transaction is cut off by the server, a server that stops answering by us.
 */
const LIMITS = {
  connectionTimeoutMillis: 5_000,
  query_timeout: 30_000,
  statement_timeout: 25_000,
  lock_timeout: 10_000,
  idle_in_transaction_session_timeout: 10_000,
} satisfies PoolConfig;

/** A pool with the time limits that the ledger relies on; `config` wins over the defaults. */
export function ledgerPool(config: PoolConfig): Pool {
  const pool = new Pool({ ...LIMITS, keepAlive: true, ...config });
  surviveBrokenConnections(pool);
  return pool;
}

const guarded = new WeakSet<Pool>();

/**
 * Keeps a broken connection from ending the process: whoever uses it is told by its queries, and an idle one is
 * replaced by the pool. Not only while it is idle: the server's farewell can come with the very bytes that complete
 * the connection, before anybody who asked for it can listen.
 */
export function surviveBrokenConnections(pool: Pool): void {
  if (guarded.has(pool)) return;
  guarded.add(pool);
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
}
