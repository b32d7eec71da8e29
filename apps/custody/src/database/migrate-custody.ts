import { asSoleOwner, runMigrations, upgradeSchema } from '@lodemark/ledger';
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
  await asSoleOwner(options.ownerUrl, MIGRATION_LOCK, async (owner) => {
    await upgradeSchema(options.ownerUrl, {
      schema: SCHEMA,
      migrations: [CreateCustody1764000200000],
      migrationsTable: 'custody_migration',
    });
    const role = owner.escapeIdentifier(options.serviceRole);
    await owner.query(`GRANT USAGE ON SCHEMA ${SCHEMA} TO ${role}`);
    for (const [table, rights] of Object.entries(CUSTODY_TABLES)) {
      await owner.query(`GRANT ${rights} ON ${SCHEMA}.${table} TO ${role}`);
    }
  });
}
