import type { PoolClient } from 'pg';

/** Lets one transaction at a time decide about the checkpoints and faults of one facility log. */
export async function lockFacilityLog(client: PoolClient, facility: string): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, $2))', [facility, FACILITY_LOGS]);
}

/** Keeps these locks apart from others in the same database. */
const FACILITY_LOGS = 5_062_402;
