import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Which entry of its lot an entry is, as its own envelope says: what heads entries commit to. Null where only the read
 * model counts the entry under the lot. Runs with the read model's schema as search path.
 */
export class CountEntriesOfLots1764000000003 implements MigrationInterface {
  readonly name = 'CountEntriesOfLots1764000000003';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE entry_lot ADD COLUMN lot_seq bigint CHECK (lot_seq >= 0)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE entry_lot DROP COLUMN lot_seq');
  }
}
