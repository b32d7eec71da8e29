import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Certificates that this service issued, and what became of them. Rows are only ever added. */
export class CreateCertificates1764000000010 implements MigrationInterface {
  readonly name = 'CreateCertificates1764000000010';

  async up(queryRunner: QueryRunner): Promise<void> {
    // Its number is its place in the status lists; it is drawn before anything is signed.
    await queryRunner.query(`CREATE TABLE certificate_number (
      number bigint GENERATED ALWAYS AS IDENTITY (MINVALUE 0 START WITH 0) PRIMARY KEY,
      verdict text COLLATE "C" NOT NULL REFERENCES verdict (id),
      issued_to text NOT NULL,
      UNIQUE (verdict, issued_to)
    )`);
    await queryRunner.query(`CREATE TABLE certificate (
      id uuid PRIMARY KEY,
      number bigint NOT NULL UNIQUE REFERENCES certificate_number (number),
      digest text COLLATE "C" NOT NULL UNIQUE CHECK (digest = encode(sha256(convert_to(jwt, 'UTF8')), 'hex')),
      jwt text NOT NULL,
      lot text COLLATE "C" NOT NULL,
      policy text COLLATE "C" NOT NULL,
      outcome text NOT NULL,
      horizon bigint NOT NULL,
      issued_at timestamptz NOT NULL,
      issued_by text NOT NULL
    )`);
    await queryRunner.query(`CREATE INDEX certificate_lot ON certificate (lot, number)`);
    await queryRunner.query(`CREATE TABLE certificate_recorded (
      certificate uuid PRIMARY KEY REFERENCES certificate (id),
      root_index bigint NOT NULL
    )`);
    // What each bit is from here on, and why.
    await queryRunner.query(`CREATE TABLE certificate_status (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      certificate uuid NOT NULL REFERENCES certificate (id),
      purpose text NOT NULL CHECK (purpose IN ('revocation', 'suspension')),
      is_set boolean NOT NULL,
      reason text NOT NULL,
      at timestamptz NOT NULL
    )`);
    await queryRunner.query(`CREATE INDEX certificate_status_of ON certificate_status (certificate, id)`);
    await queryRunner.query(`CREATE TABLE status_list (
      digest text COLLATE "C" PRIMARY KEY CHECK (digest = encode(sha256(convert_to(jwt, 'UTF8')), 'hex')),
      purpose text NOT NULL,
      list bigint NOT NULL,
      up_to bigint NOT NULL,
      jwt text NOT NULL,
      made_at timestamptz NOT NULL
    )`);
    await queryRunner.query(`CREATE INDEX status_list_newest ON status_list (purpose, list, up_to)`);
    await queryRunner.query(`CREATE TABLE status_list_recorded (
      digest text COLLATE "C" PRIMARY KEY REFERENCES status_list (digest),
      root_index bigint NOT NULL
    )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const tables = ['status_list_recorded', 'status_list', 'certificate_status', 'certificate_recorded'];
    for (const table of [...tables, 'certificate', 'certificate_number']) {
      await queryRunner.query(`DROP TABLE ${table}`);
    }
  }
}
