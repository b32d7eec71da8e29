import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Certificates and status lists, which the root log names by their digests. */
export class KeepCertified1764000100001 implements MigrationInterface {
  readonly name = 'KeepCertified1764000100001';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE TABLE certified_document (
      digest bytea PRIMARY KEY CHECK (octet_length(digest) = 32),
      kind text NOT NULL CHECK (kind IN ('certificate', 'status')),
      bytes bytea NOT NULL CHECK (digest = sha256(bytes)),
      root_index bigint NOT NULL UNIQUE CHECK (root_index > 0),
      recorded_at timestamptz NOT NULL
    )`);
    await queryRunner.query(`CREATE TRIGGER write_once BEFORE UPDATE OR DELETE OR TRUNCATE ON certified_document
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`);
    await queryRunner.query(`ALTER TABLE certified_document ENABLE ALWAYS TRIGGER write_once`);
  }

  /** The register outlives every version of the software: there is no way back. */
  down(): Promise<void> {
    return Promise.reject(new Error('A register is never dropped by a migration.'));
  }
}
