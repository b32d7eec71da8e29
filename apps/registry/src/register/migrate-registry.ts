import { runMigrations } from '@lodemark/ledger';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { CreateRegister1764000100000, REGISTER_TABLES } from './create-register.js';

export const SCHEMA = 'registry';

/** Any constant will do: it only has to be the same in every process that migrates a registry. */
const MIGRATION_LOCK = 5_062_401;

/**
 * Creates or upgrades the tables of the root log and the register as their owner, and grants the service role what it
 * needs: to read and to add, nowhere to change or remove. Safe to run again, and by several processes at once.
 */
export async function migrateRegistry(options: {
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
    await grant(owner, options.serviceRole);
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
    migrations: [CreateRegister1764000100000],
    migrationsTableName: 'register_migration',
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

async function grant(owner: pg.Client, serviceRole: string): Promise<void> {
  const role = owner.escapeIdentifier(serviceRole);
  const tables = REGISTER_TABLES.map((table) => `${SCHEMA}.${table}`).join(', ');
  await owner.query(`GRANT USAGE ON SCHEMA ${SCHEMA} TO ${role}`);
  await owner.query(`GRANT SELECT, INSERT ON ${tables} TO ${role}`);
}
