import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Verdicts that were given anew because of what was recorded since. Runs in the schema of the questions. */
export class CreateRejudgements1764000000002 implements MigrationInterface {
  readonly name = 'CreateRejudgements1764000000002';

  async up(queryRunner: QueryRunner): Promise<void> {
    // One row. Up to `settled` all that was recorded is answered for; `target` is beyond while work is under way.
    await queryRunner.query(`CREATE TABLE rejudging (
      single boolean PRIMARY KEY DEFAULT true CHECK (single),
      settled bigint NOT NULL CHECK (settled >= 0),
      target bigint NOT NULL CHECK (target >= settled)
    )`);
    // Verdicts put on file at a horizon that had been passed already when they were.
    await queryRunner.query(`CREATE TABLE overtaken (question bigint PRIMARY KEY REFERENCES question (id))`);
    // The cause is the entry of a log, the root log among them. `question`: the one that was asked on nobody's behalf.
    await queryRunner.query(`CREATE TABLE rejudgement (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      rejudged_at timestamptz NOT NULL,
      question bigint NOT NULL UNIQUE REFERENCES question (id),
      horizon bigint NOT NULL,
      before text COLLATE "C" NOT NULL REFERENCES verdict (id),
      after text COLLATE "C" NOT NULL REFERENCES verdict (id),
      cause_origin text COLLATE "C" NOT NULL,
      cause_idx bigint NOT NULL,
      UNIQUE (before, horizon)
    )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of ['rejudgement', 'overtaken', 'rejudging'])
      await queryRunner.query(`DROP TABLE ${table}`);
  }
}
