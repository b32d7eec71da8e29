import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { CreateLedger1764000000000 } from './migrations/1764000000000-create-ledger.js';
import { DEFAULT_SCHEMA, quotedName, WRITE_ONCE } from './tables.js';

export interface MigrationOptions {
  /** Connection URL of the role that owns the tables. */
  readonly ownerUrl: string;
  /** Existing role that the service connects as; another than the owner. */
  readonly serviceRole: string;
  readonly schema?: string;
}

/** In the order in which they run; never edited once released. */
const MIGRATIONS = [CreateLedger1764000000000];

/** Any constant will do: it only has to be the same in every process that migrates a ledger. */
const MIGRATION_LOCK = 5_062_301;

/**
 * Creates or upgrades the ledger's tables and grants the service role what it needs, and no more. Safe to run
 * again, and by several processes at once.
 */
export async function runMigrations(options: MigrationOptions): Promise<void> {
  const schema = options.schema ?? DEFAULT_SCHEMA;
  const owner = new Client({ connectionString: options.ownerUrl });
  await owner.connect();
  try {
    await owner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await owner.query(`CREATE SCHEMA IF NOT EXISTS ${quotedName(schema)}`);
    await migrate(options.ownerUrl, schema);
    await grant(owner, schema, options.serviceRole);
  } finally {
    // Ending the session gives the lock back.
    await owner.end();
  }
}

async function migrate(url: string, schema: string): Promise<void> {
  const source = new DataSource({
    type: 'postgres',
    url,
    schema,
    migrations: MIGRATIONS,
    migrationsTableName: 'ledger_migration',
    migrationsTransactionMode: 'each',
    extra: { max: 1, options: `-c search_path=${asOption(quotedName(schema))}` },
  });
  await source.initialize();
  try {
    await source.runMigrations();
  } finally {
    await source.destroy();
  }
}

/** In the start-up options of a session, spaces and backslashes are escaped. */
function asOption(value: string): string {
  return value.replaceAll(/[\\\s]/g, '\\$&');
}

/** Every run, not once: the service role may have been renamed or added since. */
async function grant(owner: Client, schema: string, serviceRole: string): Promise<void> {
  const inSchema = (table: string) => `${quotedName(schema)}.${table}`;
  const role = quotedName(serviceRole);
  const rights = [
    `USAGE ON SCHEMA ${quotedName(schema)}`,
    ...WRITE_ONCE.map((table) => `SELECT, INSERT ON ${inSchema(table)}`),
    `SELECT, INSERT ON ${inSchema('log')}`,
    `UPDATE (size, root, frontier, recorded_at, verified_root_size, verified_root_hash) ON ${inSchema('log')}`,
    `SELECT, INSERT, UPDATE ON ${inSchema('lot_state')}`,
    `SELECT, INSERT, UPDATE ON ${inSchema('relay_cursor')}`,
    `SELECT ON ${inSchema('ledger_migration')}`,
  ];
  await owner.query('BEGIN');
  for (const right of rights) await owner.query(`GRANT ${right} TO ${role}`);
  await owner.query('COMMIT');
}
