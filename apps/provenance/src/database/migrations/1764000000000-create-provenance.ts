import type { MigrationInterface, QueryRunner } from 'typeorm';

/** More than a handful of logs never share a busy partition, and an empty partition costs nothing. */
const PARTITIONS = 16;

const KEPT = [
  `CREATE TABLE log (
    origin text COLLATE "C" PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('root', 'facility')),
    next bigint NOT NULL DEFAULT 0 CHECK (next >= 0),
    frontier bytea NOT NULL DEFAULT ''
  ) WITH (fillfactor = 50)`,

  // tree_root: root hash of the tree of the first idx + 1 leaves, so that any checkpoint is checked by one look-up.
  `CREATE TABLE entry (
    origin text COLLATE "C" NOT NULL,
    idx bigint NOT NULL CHECK (idx >= 0),
    leaf bytea NOT NULL CHECK (octet_length(leaf) = 32),
    tree_root bytea NOT NULL CHECK (octet_length(tree_root) = 32),
    bytes bytea NOT NULL,
    PRIMARY KEY (origin, idx)
  ) PARTITION BY HASH (origin)`,
  ...Array.from(
    { length: PARTITIONS },
    (_, remainder) =>
      `CREATE TABLE entry_${remainder} PARTITION OF entry
       FOR VALUES WITH (MODULUS ${PARTITIONS}, REMAINDER ${remainder})`,
  ),
];

const FACILITY_LOGS = [
  `CREATE TABLE event (
    origin text COLLATE "C" NOT NULL,
    idx bigint NOT NULL,
    kind text NOT NULL CHECK (kind IN ('event', 'conflict')),
    event_id text COLLATE "C" NOT NULL,
    type text NOT NULL,
    payload_digest text COLLATE "C" NOT NULL,
    corrects text COLLATE "C",
    PRIMARY KEY (origin, idx)
  )`,
  `CREATE INDEX event_id ON event (origin, event_id)`,

  `CREATE TABLE entry_lot (
    lot text COLLATE "C" NOT NULL,
    origin text COLLATE "C" NOT NULL,
    idx bigint NOT NULL,
    PRIMARY KEY (lot, origin, idx)
  )`,
  `CREATE INDEX entry_lot_entry ON entry_lot (origin, idx)`,

  `CREATE TABLE edge (
    output_lot text COLLATE "C" NOT NULL,
    input_lot text COLLATE "C" NOT NULL,
    origin text COLLATE "C" NOT NULL,
    idx bigint NOT NULL,
    PRIMARY KEY (output_lot, input_lot, origin, idx)
  )`,
  `CREATE INDEX edge_input ON edge (input_lot, output_lot, origin, idx)`,
  `CREATE INDEX edge_entry ON edge (origin, idx)`,

  // What a lot can be found by; values in lower case.
  `CREATE TABLE lot_term (
    kind text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    lot text COLLATE "C" NOT NULL,
    origin text COLLATE "C" NOT NULL,
    idx bigint NOT NULL,
    PRIMARY KEY (kind, value, lot, origin, idx)
  )`,
  `CREATE INDEX lot_term_entry ON lot_term (origin, idx)`,

  `CREATE TABLE dispatch (
    digest text COLLATE "C" NOT NULL,
    origin text COLLATE "C" NOT NULL,
    idx bigint NOT NULL,
    receiver text COLLATE "C" NOT NULL,
    PRIMARY KEY (digest, origin, idx)
  )`,
  `CREATE INDEX dispatch_receiver ON dispatch (receiver, origin, idx)`,
  `CREATE INDEX dispatch_entry ON dispatch (origin, idx)`,

  `CREATE TABLE dispatch_reference (
    digest text COLLATE "C" NOT NULL,
    origin text COLLATE "C" NOT NULL,
    idx bigint NOT NULL,
    PRIMARY KEY (digest, origin, idx)
  )`,
  `CREATE INDEX dispatch_reference_entry ON dispatch_reference (origin, idx)`,

  // part 0 is the entry's own signature, 1 and up those of its attestations; valid is null while the key is unknown.
  `CREATE TABLE signature (
    origin text COLLATE "C" NOT NULL,
    idx bigint NOT NULL,
    part smallint NOT NULL CHECK (part >= 0),
    kid text COLLATE "C" NOT NULL,
    valid boolean,
    PRIMARY KEY (origin, idx, part)
  )`,
  `CREATE INDEX signature_kid ON signature (kid, origin, idx, part)`,

  `CREATE TABLE parked (
    origin text COLLATE "C" NOT NULL,
    idx bigint NOT NULL,
    reason text NOT NULL,
    detail text NOT NULL,
    PRIMARY KEY (origin, idx)
  )`,
];

const ROOT_LOG = [
  `CREATE TABLE root_leaf (
    idx bigint PRIMARY KEY,
    kind text NOT NULL,
    recorded_at text NOT NULL
  )`,

  // fault: why a statement counts for nothing; null when it counts.
  `CREATE TABLE root_statement (
    idx bigint PRIMARY KEY,
    type text NOT NULL,
    kid text COLLATE "C" NOT NULL,
    fault text
  )`,

  // log_of: the facility whose log this key signs checkpoints of; null for keys of any other purpose.
  `CREATE TABLE signing_key (
    kid text COLLATE "C" PRIMARY KEY,
    root_index bigint NOT NULL,
    jwk text NOT NULL,
    log_of text COLLATE "C",
    revoked_by bigint
  )`,

  // Facility checkpoints. fault: why one covers nothing. advances: larger than all before it in this log.
  // matched: the entries held here have this root; set when both are there.
  `CREATE TABLE coverage (
    root_index bigint NOT NULL,
    position integer NOT NULL,
    origin text COLLATE "C" NOT NULL,
    size bigint NOT NULL,
    root bytea NOT NULL,
    fault text,
    advances boolean NOT NULL,
    matched boolean NOT NULL DEFAULT false,
    PRIMARY KEY (root_index, position)
  )`,
  `CREATE INDEX coverage_by_root ON coverage (origin, root_index) WHERE advances`,
  `CREATE INDEX coverage_by_size ON coverage (origin, size) WHERE advances`,
  `CREATE INDEX coverage_unmatched ON coverage (origin, size) WHERE fault IS NULL AND NOT matched`,

  `CREATE TABLE log_fault (
    root_index bigint PRIMARY KEY,
    origin text COLLATE "C" NOT NULL,
    fault text NOT NULL,
    size bigint NOT NULL
  )`,
];

/** What was observed rather than derived from entries; a rebuild leaves it alone, and the digest leaves it out. */
const OBSERVED = [
  `CREATE TABLE root_checkpoint (
    size bigint PRIMARY KEY,
    root bytea NOT NULL,
    note text NOT NULL
  )`,
  `CREATE TABLE policy_document (digest text COLLATE "C" PRIMARY KEY, bytes bytea NOT NULL)`,
  `CREATE TABLE discarded_entry (
    origin text COLLATE "C" NOT NULL,
    idx bigint NOT NULL,
    leaf bytea NOT NULL,
    bytes bytea NOT NULL,
    discarded_at timestamptz NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (origin, idx, leaf)
  )`,
  `CREATE TABLE alarm (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    raised_at timestamptz NOT NULL,
    origin text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    idx bigint NOT NULL,
    detail text NOT NULL,
    UNIQUE (origin, kind, idx, detail)
  )`,
  // One row: the version of the projection code that wrote the tables.
  `CREATE TABLE projection_version (version integer PRIMARY KEY)`,
];

/** The read model, made from the logs alone. Runs with its schema as search path. */
export class CreateProvenance1764000000000 implements MigrationInterface {
  readonly name = 'CreateProvenance1764000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [...KEPT, ...FACILITY_LOGS, ...ROOT_LOG, ...OBSERVED]) {
      await queryRunner.query(statement);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const tables = [
      ...['projection_version', 'alarm', 'discarded_entry', 'policy_document', 'root_checkpoint'],
      ...['log_fault', 'coverage', 'signing_key', 'root_statement', 'root_leaf', 'parked', 'signature'],
      ...['dispatch_reference', 'dispatch', 'lot_term', 'edge', 'entry_lot', 'event', 'entry', 'log'],
    ];
    for (const table of tables) await queryRunner.query(`DROP TABLE ${table}`);
  }
}
