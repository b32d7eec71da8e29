import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Certificates and status lists that a recovered root log names and that nobody has given back yet. */
export class KeepLacking1764000300000 implements MigrationInterface {
  readonly name = 'KeepLacking1764000300000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE TABLE lacking_document (
      digest bytea PRIMARY KEY CHECK (octet_length(digest) = 32),
      kind text NOT NULL CHECK (kind IN ('certificate', 'status')),
      root_index bigint NOT NULL UNIQUE CHECK (root_index > 0),
      recorded_at timestamptz NOT NULL
    )`);
    await queryRunner.query(`CREATE TRIGGER write_once BEFORE UPDATE OR DELETE OR TRUNCATE ON lacking_document
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`);
    await queryRunner.query(`ALTER TABLE lacking_document ENABLE ALWAYS TRIGGER write_once`);
  }

  /** The register outlives every version of the software: there is no way back. */
  down(): Promise<void> {
    return Promise.reject(new Error('A register is never dropped by a migration.'));
  }
}
