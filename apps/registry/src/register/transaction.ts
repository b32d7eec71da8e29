import type { Pool, PoolClient } from 'pg';

/** Runs `work` in one transaction; an error of its own rolls back and comes out unchanged. */
export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  // A connection that breaks between two statements says so by an event, which would end the process unheard.
  let lost = false;
  const onError = () => (lost = true);
  client.on('error', onError);
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(onError);
    throw error;
  } finally {
    client.off('error', onError);
    client.release(lost);
  }
}

/** Lets one transaction at a time decide about the checkpoints and faults of one facility log. */
export async function lockFacilityLog(client: PoolClient, facility: string): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, $2))', [facility, FACILITY_LOGS]);
}

/** Keeps these locks apart from others in the same database. */
const FACILITY_LOGS = 5_062_402;
