import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What happens to certificates after their issue. Runs in the schema of the questions. */
export class FollowCertificates1764000000011 implements MigrationInterface {
  readonly name = 'FollowCertificates1764000000011';

  async up(queryRunner: QueryRunner): Promise<void> {
    // In the order in which they were committed: written under one lock. The cause is the entry of a log.
    await queryRunner.query(`CREATE TABLE certificate_change (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      certificate uuid NOT NULL REFERENCES certificate (id),
      what text NOT NULL CHECK (what IN ('issued', 'suspended', 'reinstated', 'revoked')),
      at timestamptz NOT NULL,
      horizon bigint NOT NULL,
      verdict text COLLATE "C" NOT NULL REFERENCES verdict (id),
      cause_origin text COLLATE "C",
      cause_idx bigint,
      CHECK ((what = 'issued') = (cause_origin IS NULL) AND (cause_origin IS NULL) = (cause_idx IS NULL))
    )`);
    await queryRunner.query(`CREATE INDEX certificate_change_of ON certificate_change (certificate, id)`);
    // Why a bit is another one.
    await queryRunner.query(
      `ALTER TABLE certificate_status ADD COLUMN change bigint REFERENCES certificate_change (id)`,
    );
    await queryRunner.query(`CREATE INDEX certificate_status_last ON certificate_status (purpose, id)`);
    // Lots and documents of which a verdict or a certificate was put on file: their certificates are looked at again.
    await queryRunner.query(`CREATE TABLE certificate_review (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      lot text COLLATE "C" NOT NULL,
      policy text COLLATE "C" NOT NULL
    )`);
    // Signed, and not in the root log yet as far as is known here.
    await queryRunner.query(`CREATE TABLE certificate_to_record (
      certificate uuid PRIMARY KEY REFERENCES certificate (id)
    )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE certificate_to_record`);
    await queryRunner.query(`DROP TABLE certificate_review`);
    await queryRunner.query(`DROP INDEX certificate_status_last`);
    await queryRunner.query(`ALTER TABLE certificate_status DROP COLUMN change`);
    await queryRunner.query(`DROP TABLE certificate_change`);
  }
}
