import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = [
  // One row per log, locked by whoever appends. Half-empty pages keep its updates off the index.
  `CREATE TABLE log (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    origin text COLLATE "C" NOT NULL UNIQUE,
    kind text NOT NULL CHECK (kind IN ('facility', 'root')),
    size bigint NOT NULL DEFAULT 0 CHECK (size >= 0),
    root bytea NOT NULL CHECK (octet_length(root) = 32),
    frontier bytea NOT NULL,
    recorded_at timestamptz,
    verified_root_size bigint NOT NULL DEFAULT 0 CHECK (verified_root_size >= 0),
    verified_root_hash bytea NOT NULL CHECK (octet_length(verified_root_hash) = 32)
  ) WITH (fillfactor = 50)`,

  // No foreign keys below: a log is never deleted, and a check per row would cost more than the insert.
  `CREATE TABLE entry (
    log_id integer NOT NULL,
    idx bigint NOT NULL CHECK (idx >= 0),
    kind text NOT NULL,
    leaf_hash bytea NOT NULL CHECK (octet_length(leaf_hash) = 32),
    data bytea NOT NULL CHECK (octet_length(data) BETWEEN 1 AND 65535),
    event_id uuid,
    payload_digest bytea CHECK (octet_length(payload_digest) = 32),
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (log_id, idx),
    CHECK ((event_id IS NULL) = (payload_digest IS NULL))
  )`,
  `CREATE UNIQUE INDEX entry_event ON entry (log_id, event_id) WHERE kind <> 'conflict'`,
  `CREATE UNIQUE INDEX entry_conflict ON entry (log_id, event_id, payload_digest) WHERE kind = 'conflict'`,

  `CREATE TABLE entry_lot (
    log_id integer NOT NULL,
    lot text COLLATE "C" NOT NULL,
    lot_seq bigint NOT NULL CHECK (lot_seq >= 0),
    idx bigint NOT NULL,
    PRIMARY KEY (log_id, lot, lot_seq)
  )`,

  // Full tiles only: a partial one is read from entry.leaf_hash or from tile.root of the level below.
  `CREATE TABLE tile (
    log_id integer NOT NULL,
    level smallint NOT NULL CHECK (level BETWEEN 0 AND 63),
    n bigint NOT NULL CHECK (n >= 0),
    hashes bytea NOT NULL CHECK (octet_length(hashes) = 8192),
    root bytea NOT NULL CHECK (octet_length(root) = 32),
    PRIMARY KEY (log_id, level, n)
  )`,
  // Hashes do not compress, and trying costs time in every append.
  `ALTER TABLE tile ALTER COLUMN hashes SET STORAGE EXTERNAL`,

  // Derived from the entries; state is null for '*', the facility as a whole.
  `CREATE TABLE lot_state (
    log_id integer NOT NULL,
    lot text COLLATE "C" NOT NULL,
    next_seq bigint NOT NULL CHECK (next_seq > 0),
    state jsonb,
    PRIMARY KEY (log_id, lot)
  ) WITH (fillfactor = 80)`,
  `CREATE INDEX lot_state_standing ON lot_state (log_id, (state ->> 'standing'), lot)`,

  `CREATE TABLE checkpoint (
    log_id integer NOT NULL,
    size bigint NOT NULL CHECK (size >= 0),
    note text NOT NULL,
    PRIMARY KEY (log_id, size)
  )`,

  `CREATE TABLE relay_cursor (
    log_id integer NOT NULL,
    relay text NOT NULL,
    next bigint NOT NULL CHECK (next >= 0),
    PRIMARY KEY (log_id, relay)
  ) WITH (fillfactor = 50)`,
];

const GUARDS = [
  `CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION '% on %.%: a log is only ever appended to', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
      USING ERRCODE = 'integrity_constraint_violation';
  END $$`,
  // ALWAYS: also in a session that calls itself a replica.
  ...['entry', 'entry_lot', 'tile', 'checkpoint'].flatMap((table) => [
    `CREATE TRIGGER write_once BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table}
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
    `ALTER TABLE ${table} ENABLE ALWAYS TRIGGER write_once`,
  ]),
  `CREATE TRIGGER never_removed BEFORE DELETE OR TRUNCATE ON log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
  `ALTER TABLE log ENABLE ALWAYS TRIGGER never_removed`,

  `CREATE FUNCTION refuse_going_back() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF (NEW.id, NEW.origin, NEW.kind) IS DISTINCT FROM (OLD.id, OLD.origin, OLD.kind)
      OR NEW.size < OLD.size
      OR (NEW.size = OLD.size AND (NEW.root <> OLD.root OR NEW.frontier <> OLD.frontier))
      OR NEW.recorded_at < OLD.recorded_at
      OR (NEW.recorded_at IS NULL AND OLD.recorded_at IS NOT NULL)
      OR NEW.verified_root_size < OLD.verified_root_size
      OR (NEW.verified_root_size = OLD.verified_root_size AND NEW.verified_root_hash <> OLD.verified_root_hash)
    THEN
      RAISE EXCEPTION 'the head of % would go back', OLD.origin USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
  END $$`,
  `CREATE TRIGGER never_back BEFORE UPDATE ON log FOR EACH ROW EXECUTE FUNCTION refuse_going_back()`,
  `ALTER TABLE log ENABLE ALWAYS TRIGGER never_back`,
];

/** Logs, their entries and tiles, and what is kept beside them. Runs with the ledger's schema as search path. */
export class CreateLedger1764000000000 implements MigrationInterface {
  readonly name = 'CreateLedger1764000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [...TABLES, ...GUARDS]) await queryRunner.query(statement);
  }

  /** A log outlives every version of the software: there is no way back. */
  down(): Promise<void> {
    return Promise.reject(new Error('A ledger is never dropped by a migration.'));
  }
}
