import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Secrets of webhooks stand sealed beside, where they stood as they are. What is there is sealed by the service, which
 * has the key, when it starts. Runs in the schema of the questions.
 */
export class SealWebhookSecrets1764000000013 implements MigrationInterface {
  readonly name = 'SealWebhookSecrets1764000000013';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `ALTER TABLE webhook ADD COLUMN sealed_secret text, ALTER COLUMN secret DROP NOT NULL,
         ADD CHECK ((secret IS NULL) <> (sealed_secret IS NULL))`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    // Whoever has a sealed secret has to be asked anew: only the key's owner could unseal it.
    await queryRunner.query(`DELETE FROM webhook WHERE secret IS NULL`);
    await queryRunner.query(
      `ALTER TABLE webhook DROP COLUMN sealed_secret, ALTER COLUMN secret SET NOT NULL`,
    );
  }
}
