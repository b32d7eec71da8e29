import { asSoleOwner, runMigrations, upgradeSchema } from '@lodemark/ledger';
import type { Client } from 'pg';
import { AddPolicyApproval1764000200000 } from './add-policy-approval.js';
import { CreateRegister1764000100000, REGISTER_TABLES } from './create-register.js';
import { KeepCertified1764000100001 } from './keep-certified.js';
import { KeepLacking1764000300000 } from './keep-lacking.js';

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
  await asSoleOwner(options.ownerUrl, MIGRATION_LOCK, async (owner) => {
    await upgradeSchema(options.ownerUrl, {
      schema: SCHEMA,
      migrations: [
        CreateRegister1764000100000,
        KeepCertified1764000100001,
        AddPolicyApproval1764000200000,
        KeepLacking1764000300000,
      ],
      migrationsTable: 'register_migration',
    });
    await grant(owner, options.serviceRole);
  });
}

async function grant(owner: Client, serviceRole: string): Promise<void> {
  const role = owner.escapeIdentifier(serviceRole);
  const tables = REGISTER_TABLES.map((table) => `${SCHEMA}.${table}`).join(', ');
  await owner.query(`GRANT USAGE ON SCHEMA ${SCHEMA} TO ${role}`);
  await owner.query(`GRANT SELECT, INSERT ON ${tables} TO ${role}`);
}
