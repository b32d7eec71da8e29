import type { Client } from 'pg';
import { CreateLedger1764000000000 } from './migrations/1764000000000-create-ledger.js';
import { DEFAULT_SCHEMA, quotedName, WRITE_ONCE } from './tables.js';
import { asSoleOwner, upgradeSchema } from './upgrade-schema.js';

export interface MigrationOptions {
  /** Connection URL of the role that owns the tables. */
  readonly ownerUrl: string;
  /** Existing role that the service connects as; another than the owner. */
  readonly serviceRole: string;
  readonly schema?: string;
}

/** Any constant will do: it only has to be the same in every process that migrates a ledger. */
const MIGRATION_LOCK = 5_062_301;

/**
 * Creates or upgrades the ledger's tables and grants the service role what it needs, and no more. Safe to run
 * again, and by several processes at once.
 */
export async function runMigrations(options: MigrationOptions): Promise<void> {
  const schema = options.schema ?? DEFAULT_SCHEMA;
  await asSoleOwner(options.ownerUrl, MIGRATION_LOCK, async (owner) => {
    await upgradeSchema(options.ownerUrl, {
      schema,
      migrations: [CreateLedger1764000000000],
      migrationsTable: 'ledger_migration',
    });
    await grant(owner, schema, options.serviceRole);
  });
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
