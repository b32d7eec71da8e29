import { runMigrations } from '@lodemark/ledger';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { CreateCustody1764000200000, CUSTODY_TABLES } from './create-custody.js';

const SCHEMA = 'custody';

/** Any constant will do: it only has to be the same in every process that migrates a custody database. */
const MIGRATION_LOCK = 5_062_501;

/** Creates or upgrades ledger and custody tables as their owner and grants the service role what it needs. */
export async function migrateCustody(options: {
  readonly ownerUrl: string;
  readonly serviceRole: string;
}): Promise<void> {
  await runMigrations(options);
  const owner = new pg.Client({ connectionString: options.ownerUrl });
  await owner.connect();
  try {
    await owner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await owner.query(`CREATE SCHEMA IF NOT EXISTS ${SCHEMA}`);
    await migrate(options.ownerUrl);
    const role = owner.escapeIdentifier(options.serviceRole);
    await owner.query(`GRANT USAGE ON SCHEMA ${SCHEMA} TO ${role}`);
    for (const [table, rights] of Object.entries(CUSTODY_TABLES)) {
      await owner.query(`GRANT ${rights} ON ${SCHEMA}.${table} TO ${role}`);
    }
  } finally {
    // Ending the session gives the lock back.
    await owner.end();
  }
}

async function migrate(url: string): Promise<void> {
  const source = new DataSource({
    type: 'postgres',
    url,
    schema: SCHEMA,
    migrations: [CreateCustody1764000200000],
    migrationsTableName: 'custody_migration',
    migrationsTransactionMode: 'each',
    extra: { max: 1, options: `-c search_path=${SCHEMA}` },
  });
  await source.initialize();
  try {
    await source.runMigrations();
  } finally {
    await source.destroy();
  }
}
