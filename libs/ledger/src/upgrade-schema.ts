import { Client } from 'pg';
import { DataSource, type MigrationInterface } from 'typeorm';
import { quotedName } from './tables.js';

/** The tables of one schema, and how they came to be. */
export interface SchemaHistory {
  readonly schema: string;
  /** In the order in which they run; never edited once released. */
  readonly migrations: (new () => MigrationInterface)[];
  /** Table in the same schema that says which of them have run. */
  readonly migrationsTable: string;
}

/**
 * Does `work` as the owner of the tables while no other process does the same. `lock` is any constant that every
 * process which migrates such a database knows.
 */
export async function asSoleOwner(
  ownerUrl: string,
  lock: number,
  work: (owner: Client) => Promise<void>,
): Promise<void> {
  const owner = new Client({ connectionString: ownerUrl });
  await owner.connect();
  try {
    await owner.query('SELECT pg_advisory_lock($1)', [lock]);
    await work(owner);
  } finally {
    // Ending the session gives the lock back.
    await owner.end();
  }
}

/** Creates the schema if it is missing and runs those of its migrations that have not run. Safe to run again. */
export async function upgradeSchema(
  ownerUrl: string,
  { schema, migrations, migrationsTable }: SchemaHistory,
): Promise<void> {
  const source = new DataSource({
    type: 'postgres',
    url: ownerUrl,
    schema,
    migrations,
    migrationsTableName: migrationsTable,
    migrationsTransactionMode: 'each',
    extra: { max: 1, options: `-c search_path=${asOption(quotedName(schema))}` },
  });
  await source.initialize();
  try {
    await source.query(`CREATE SCHEMA IF NOT EXISTS ${quotedName(schema)}`);
    await source.runMigrations();
  } finally {
    await source.destroy();
  }
}

/** In the start-up options of a session, spaces and backslashes are escaped. */
function asOption(value: string): string {
  return value.replaceAll(/[\\\s]/g, '\\$&');
}
