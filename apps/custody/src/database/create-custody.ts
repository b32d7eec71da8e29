import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What custody keeps beside the ledger, and what its role may do with each table. */
export const CUSTODY_TABLES: Readonly<Record<string, string>> = {
  held_key: 'SELECT, INSERT',
  root_cursor: 'SELECT, INSERT, UPDATE',
  root_key: 'SELECT, INSERT, UPDATE',
  root_facility: 'SELECT, INSERT',
  document: 'SELECT, INSERT',
  document_right: 'SELECT, INSERT',
  disclosure: 'SELECT, INSERT, UPDATE',
};

const TABLES = [
  // The facilities' private keys, sealed under the key-encryption key. statement_id makes registering them idempotent.
  `CREATE TABLE held_key (
    facility text COLLATE "C" NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('log', 'custodial')),
    kid text COLLATE "C" NOT NULL UNIQUE,
    statement_id uuid NOT NULL,
    sealed text NOT NULL,
    PRIMARY KEY (facility, purpose)
  )`,
  // How far the root log was read and verified; one row.
  `CREATE TABLE root_cursor (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    size bigint NOT NULL CHECK (size >= 0),
    frontier bytea NOT NULL,
    genesis bytea CHECK (octet_length(genesis) = 32),
    CHECK ((size = 0) = (genesis IS NULL))
  )`,
  `INSERT INTO root_cursor (size, frontier) VALUES (0, '')`,
  `CREATE TABLE root_key (
    kid text COLLATE "C" PRIMARY KEY,
    facility text COLLATE "C",
    organization text COLLATE "C",
    purpose text NOT NULL,
    jwk jsonb NOT NULL,
    alg text NOT NULL,
    valid_from timestamptz NOT NULL,
    valid_until timestamptz,
    revoked_at bigint
  )`,
  // Registration and amendments of each facility, by their index in the root log.
  `CREATE TABLE root_facility (
    facility text COLLATE "C" NOT NULL,
    root_index bigint NOT NULL,
    effective_from timestamptz NOT NULL,
    record jsonb NOT NULL,
    PRIMARY KEY (facility, root_index)
  )`,
  `CREATE TABLE document (
    digest bytea PRIMARY KEY CHECK (octet_length(digest) = 32),
    media_type text NOT NULL,
    bytes bigint NOT NULL,
    content bytea
  )`,
  `ALTER TABLE document ALTER COLUMN content SET STORAGE EXTERNAL`,
  `CREATE TABLE document_right (
    digest bytea NOT NULL REFERENCES document,
    facility text COLLATE "C" NOT NULL,
    put_at timestamptz NOT NULL,
    PRIMARY KEY (digest, facility)
  )`,
  // value is canonical JSON, as text: jsonb holds no NUL and keeps no number as it stands. Erasing takes salt and value away and leaves the row, so that it is known that there was one.
  `CREATE TABLE disclosure (
    digest bytea NOT NULL CHECK (octet_length(digest) = 32),
    facility text COLLATE "C" NOT NULL,
    field text NOT NULL,
    salt text,
    value text,
    put_at timestamptz NOT NULL,
    erased_at timestamptz,
    PRIMARY KEY (digest, facility),
    CHECK ((erased_at IS NULL) = (salt IS NOT NULL)),
    CHECK ((erased_at IS NULL) = (value IS NOT NULL))
  )`,
];

/** Custody's tables beside the ledger. Runs with the custody schema as search path. */
export class CreateCustody1764000200000 implements MigrationInterface {
  readonly name = 'CreateCustody1764000200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of TABLES) await queryRunner.query(statement);
  }

  /** Keys and documents outlive every version of the software: there is no way back. */
  down(): Promise<void> {
    return Promise.reject(new Error('Custody’s tables are never dropped by a migration.'));
  }
}
