import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What provenance was asked and what it answered: all that is precious in it. Runs with its schema as search path. */
export class CreateQuestions1764000000001 implements MigrationInterface {
  readonly name = 'CreateQuestions1764000000001';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE TABLE verdict (
      id text COLLATE "C" PRIMARY KEY CHECK (id = encode(sha256(bytes), 'hex')),
      bytes bytea NOT NULL,
      lot text COLLATE "C" NOT NULL,
      outcome text NOT NULL
    )`);
    await queryRunner.query(`CREATE TABLE question (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      asked_at timestamptz NOT NULL,
      asked_by text NOT NULL,
      lot text COLLATE "C" NOT NULL,
      policy text COLLATE "C" NOT NULL,
      question text NOT NULL,
      horizon bigint NOT NULL,
      verdict text COLLATE "C" NOT NULL REFERENCES verdict (id)
    )`);
    await queryRunner.query(`CREATE INDEX question_verdict ON question (verdict)`);
    await queryRunner.query(`CREATE INDEX question_lot ON question (lot)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE question`);
    await queryRunner.query(`DROP TABLE verdict`);
  }
}
