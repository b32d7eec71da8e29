import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who of the registrar's people approved a policy document, before it may be published by another of them. */
const APPROVALS = [
  `CREATE TABLE policy_approval (
    document bytea NOT NULL REFERENCES policy_document (digest),
    approver text COLLATE "C" NOT NULL,
    approved_at timestamptz NOT NULL,
    PRIMARY KEY (document, approver)
  )`,
  `CREATE TRIGGER write_once BEFORE UPDATE OR DELETE OR TRUNCATE ON policy_approval
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
  `ALTER TABLE policy_approval ENABLE ALWAYS TRIGGER write_once`,
];

/** Publication of policies by two persons. Runs with the registry's schema as search path. */
export class AddPolicyApproval1764000200000 implements MigrationInterface {
  readonly name = 'AddPolicyApproval1764000200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of APPROVALS) await queryRunner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('A register is never dropped by a migration.'));
  }
}
