import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the root log's statements say, in rows: written with the entries, derived from nothing else. */
const REGISTER = [
  `CREATE TABLE statement (
    statement_id uuid PRIMARY KEY,
    root_index bigint NOT NULL UNIQUE CHECK (root_index > 0),
    payload jsonb NOT NULL,
    jws text NOT NULL,
    recorded_at timestamptz NOT NULL
  )`,
  `CREATE TABLE organization (
    organization text COLLATE "C" PRIMARY KEY,
    root_index bigint NOT NULL REFERENCES statement (root_index)
  )`,
  `CREATE TABLE ownership (
    organization text COLLATE "C" NOT NULL REFERENCES organization,
    root_index bigint PRIMARY KEY REFERENCES statement (root_index)
  )`,
  `CREATE INDEX ownership_of ON ownership (organization, root_index)`,
  `CREATE TABLE facility (
    facility text COLLATE "C" PRIMARY KEY,
    root_index bigint NOT NULL REFERENCES statement (root_index)
  )`,
  `CREATE TABLE facility_record (
    facility text COLLATE "C" NOT NULL REFERENCES facility,
    root_index bigint NOT NULL REFERENCES statement (root_index),
    organization text COLLATE "C" NOT NULL REFERENCES organization,
    PRIMARY KEY (facility, root_index)
  )`,
  `CREATE INDEX facility_record_of ON facility_record (organization, facility)`,
  `CREATE TABLE registered_key (
    kid text COLLATE "C" PRIMARY KEY,
    facility text COLLATE "C" REFERENCES facility,
    organization text COLLATE "C" REFERENCES organization,
    purpose text NOT NULL,
    jwk jsonb NOT NULL,
    valid_from timestamptz NOT NULL,
    valid_until timestamptz,
    root_index bigint NOT NULL UNIQUE REFERENCES statement (root_index),
    CHECK ((facility IS NULL) <> (organization IS NULL))
  )`,
  `CREATE INDEX registered_key_of_facility ON registered_key (facility, root_index)`,
  `CREATE INDEX registered_key_of_organization ON registered_key (organization, root_index)`,
  `CREATE TABLE key_succession (
    kid text COLLATE "C" PRIMARY KEY REFERENCES registered_key,
    successor text COLLATE "C" NOT NULL REFERENCES registered_key,
    overlap_until timestamptz NOT NULL,
    root_index bigint NOT NULL REFERENCES statement (root_index)
  )`,
  `CREATE TABLE key_revocation (
    kid text COLLATE "C" NOT NULL REFERENCES registered_key,
    root_index bigint NOT NULL REFERENCES statement (root_index),
    suspect_from timestamptz NOT NULL,
    PRIMARY KEY (kid, root_index)
  )`,
  `CREATE TABLE policy_document (
    digest bytea PRIMARY KEY CHECK (octet_length(digest) = 32),
    bytes bytea NOT NULL CHECK (digest = sha256(bytes))
  )`,
  `CREATE TABLE policy (
    document bytea PRIMARY KEY REFERENCES policy_document (digest),
    root_index bigint NOT NULL UNIQUE REFERENCES statement (root_index)
  )`,
];

/** What facility logs have said about themselves, and which root entry holds it. */
const CHECKPOINTS = [
  `CREATE TABLE facility_checkpoint (
    facility text COLLATE "C" NOT NULL REFERENCES facility,
    size bigint NOT NULL CHECK (size > 0),
    root bytea NOT NULL CHECK (octet_length(root) = 32),
    note text NOT NULL,
    accepted_at timestamptz NOT NULL,
    PRIMARY KEY (facility, size)
  )`,
  `CREATE TABLE checkpoint_coverage (
    facility text COLLATE "C" NOT NULL,
    size bigint NOT NULL,
    root_index bigint NOT NULL CHECK (root_index > 0),
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (facility, size),
    FOREIGN KEY (facility, size) REFERENCES facility_checkpoint
  )`,
  `CREATE TABLE log_fault (
    root_index bigint PRIMARY KEY CHECK (root_index > 0),
    facility text COLLATE "C" NOT NULL REFERENCES facility,
    fault text NOT NULL CHECK (fault IN ('fork', 'withheld')),
    size bigint NOT NULL CHECK (size >= 0),
    recorded_at timestamptz NOT NULL
  )`,
  `CREATE INDEX log_fault_of ON log_fault (facility, size)`,
];

/** The registry's own private keys, sealed under the key-encryption key. */
const KEYS = [
  `CREATE TABLE held_key (
    use text PRIMARY KEY CHECK (use IN ('registrar', 'log')),
    sealed text NOT NULL
  )`,
];

const FIRST_TABLES = [
  'statement',
  'organization',
  'ownership',
  'facility',
  'facility_record',
  'registered_key',
  'key_succession',
  'key_revocation',
  'policy_document',
  'policy',
  'facility_checkpoint',
  'checkpoint_coverage',
  'log_fault',
  'held_key',
] as const;

/** Every table of the registry: each row is written once. */
export const REGISTER_TABLES = [
  ...FIRST_TABLES,
  'certified_document',
  'lacking_document',
  'policy_approval',
] as const;

const GUARDS = [
  `CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION '% on %.%: the register is only ever added to', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
      USING ERRCODE = 'integrity_constraint_violation';
  END $$`,
  // ALWAYS: also in a session that calls itself a replica.
  ...FIRST_TABLES.flatMap((table) => [
    `CREATE TRIGGER write_once BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table}
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
    `ALTER TABLE ${table} ENABLE ALWAYS TRIGGER write_once`,
  ]),
];

/** The registry's tables beside the root log. Runs with the registry's schema as search path. */
export class CreateRegister1764000100000 implements MigrationInterface {
  readonly name = 'CreateRegister1764000100000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [...REGISTER, ...CHECKPOINTS, ...KEYS, ...GUARDS]) {
      await queryRunner.query(statement);
    }
  }

  /** The register outlives every version of the software: there is no way back. */
  down(): Promise<void> {
    return Promise.reject(new Error('A register is never dropped by a migration.'));
  }
}
