import { asSoleOwner, upgradeSchema, type SchemaHistory } from '@lodemark/ledger';
import type { Client } from 'pg';
import { CreateProvenance1764000000000 } from './migrations/1764000000000-create-provenance.js';
import { CreateCertificates1764000000010 } from './migrations/1764000000010-create-certificates.js';
import { CreateQuestions1764000000001 } from './migrations/1764000000001-create-questions.js';
import { CreateRejudgements1764000000002 } from './migrations/1764000000002-create-rejudgements.js';
import { CountEntriesOfLots1764000000003 } from './migrations/1764000000003-count-entries-of-lots.js';
import { FollowCertificates1764000000011 } from './migrations/1764000000011-follow-certificates.js';
import { CreateWebhooks1764000000012 } from './migrations/1764000000012-create-webhooks.js';
import { SealWebhookSecrets1764000000013 } from './migrations/1764000000013-seal-webhook-secrets.js';
import { PRECIOUS, READ_MODEL, schemaName } from './tables.js';

export interface ProvenanceMigration {
  /** Connection URL of the role that owns the tables. */
  readonly ownerUrl: string;
  /** Existing role that the service connects as; it gets to read and write, and owns nothing. */
  readonly serviceRole: string;
}

interface Schema {
  readonly name: string;
  readonly migrations: SchemaHistory['migrations'];
  readonly rights: string;
  /** Tables whose rows come, change and go. */
  readonly working?: readonly string[];
}

/** Two schemas, because a rebuild must be unable to touch the questions (design.md section 2). */
const SCHEMAS: readonly Schema[] = [
  {
    name: READ_MODEL,
    migrations: [CreateProvenance1764000000000, CountEntriesOfLots1764000000003],
    rights: 'SELECT, INSERT, UPDATE, DELETE',
  },
  {
    name: PRECIOUS,
    migrations: [
      CreateQuestions1764000000001,
      CreateRejudgements1764000000002,
      CreateCertificates1764000000010,
      FollowCertificates1764000000011,
      CreateWebhooks1764000000012,
      SealWebhookSecrets1764000000013,
    ],
    rights: 'SELECT, INSERT',
    working: ['rejudging', 'overtaken', 'certificate_review', 'certificate_to_record', 'webhook'],
  },
];

/** Any constant will do: it only has to be the same in every process that migrates a provenance database. */
const MIGRATION_LOCK = 5_062_302;

/** Creates or upgrades provenance's tables as their owner and grants the service role what it needs. Safe to run again. */
export async function migrateProvenance({ ownerUrl, serviceRole }: ProvenanceMigration): Promise<void> {
  await asSoleOwner(ownerUrl, MIGRATION_LOCK, async (owner) => {
    for (const schema of SCHEMAS) {
      await upgradeSchema(ownerUrl, {
        schema: schema.name,
        migrations: schema.migrations,
        migrationsTable: 'migration',
      });
      await grant(owner, schema, owner.escapeIdentifier(serviceRole));
    }
  });
}

/** Every run, not once: the service role may have been renamed or added since. */
async function grant(owner: Client, { name, rights, working = [] }: Schema, role: string): Promise<void> {
  const schema = schemaName(name);
  await owner.query('BEGIN');
  await owner.query(`GRANT USAGE ON SCHEMA ${schema} TO ${role}`);
  await owner.query(`GRANT ${rights} ON ALL TABLES IN SCHEMA ${schema} TO ${role}`);
  for (const table of working) await owner.query(`GRANT UPDATE, DELETE ON ${schema}.${table} TO ${role}`);
  await owner.query(`REVOKE INSERT, UPDATE, DELETE ON ${schema}.migration FROM ${role}`);
  await owner.query('COMMIT');
}
