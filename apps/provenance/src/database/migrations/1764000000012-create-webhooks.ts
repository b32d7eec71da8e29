import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who is told of what happens to certificates. Runs in the schema of the questions. */
export class CreateWebhooks1764000000012 implements MigrationInterface {
  readonly name = 'CreateWebhooks1764000000012';

  async up(queryRunner: QueryRunner): Promise<void> {
    // `told`: every change up to here was delivered, or is not for the owner to see. What is due is the one after it.
    // Times are the database's own, so that several processes agree on them.
    await queryRunner.query(`CREATE TABLE webhook (
      id uuid PRIMARY KEY,
      owner text NOT NULL,
      roles jsonb NOT NULL,
      url text NOT NULL,
      secret text NOT NULL,
      created_at timestamptz NOT NULL,
      told bigint NOT NULL CHECK (told >= 0),
      replays bigint NOT NULL DEFAULT 0,
      ended boolean NOT NULL DEFAULT false,
      failures bigint NOT NULL DEFAULT 0,
      last_failure text,
      last_delivery_at timestamptz,
      due_at timestamptz NOT NULL DEFAULT now()
    )`);
    await queryRunner.query(`CREATE INDEX webhook_owner ON webhook (owner, created_at)`);
    await queryRunner.query(`CREATE INDEX webhook_due ON webhook (due_at) WHERE NOT ended`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE webhook`);
  }
}
