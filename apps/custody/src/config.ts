import {
  KAFKA_VARIABLES,
  kafkaSettings,
  knownMigrationVariables,
  migrationVariables,
  networkVariable,
  optionalVariable,
  parsers,
  readEnvironment,
  serviceVariables,
  variable,
  type Environment,
  type LogLevel,
} from '@lodemark/platform';
import { parseVerifierKey } from '@lodemark/transparency';
import { DEFAULT_LIMITS, type CustodyConfig } from './custody-config.js';

const PREFIX = 'CUSTODY_';
const SHARED = serviceVariables(PREFIX, { port: 3001 });

const NETWORK = {
  network: networkVariable(PREFIX),
  registryUrl: variable('CUSTODY_REGISTRY_URL', {
    description: 'Where the registry answers: the root log is read there, checkpoints are handed in there.',
    parse: parsers.url('http', 'https'),
  }),
  genesis: variable('CUSTODY_GENESIS', {
    description: 'Leaf hash of the root log’s entry 0, as the registrar publishes it: pinned.',
    parse: parsers.text({ pattern: /^[0-9a-f]{64}$/, syntax: '64 lower-case hexadecimal digits' }),
  }),
  rootLogKey: variable('CUSTODY_ROOT_LOG_KEY', {
    description: 'Verifier key of the root log, as the registrar publishes it: pinned.',
    parse: Object.assign(verifierKey, { syntax: 'a C2SP verifier key: <name>+<hash>+<key>' }),
  }),
  round: variable('CUSTODY_ROUND', {
    description: 'Time between rounds, in which checkpoints are handed in and the root log is read.',
    parse: parsers.duration({ max: '1h' }),
    default: '1s',
  }),
} as const;

const KEEPING = {
  databaseUrl: variable('CUSTODY_DATABASE_URL', {
    description: 'The operator’s own database, as the role that owns nothing in it.',
    parse: parsers.url('postgres', 'postgresql'),
    secret: true,
  }),
  keyEncryption: variable('CUSTODY_KEY_ENCRYPTION', {
    description: 'Keys under which the facilities’ private keys are sealed in the database.',
    parse: parsers.keyEncryption(),
    secret: true,
  }),
  signerFolder: optionalVariable('CUSTODY_SIGNER_FOLDER', {
    description:
      'Where the signer keeps what it signed last of each log. Not in the database, and never restored from a backup: ' +
      'it is what keeps a restored database from signing a second history.',
    parse: parsers.text(),
  }),
  pseudonymSecret: variable('CUSTODY_PSEUDONYM_SECRET', {
    description: 'Makes clerks’ pseudonyms; with another one the same clerk gets another pseudonym.',
    parse: parsers.key(),
    secret: true,
  }),
  documentFolder: optionalVariable('CUSTODY_DOCUMENT_FOLDER', {
    description: 'Folder in which documents are kept; without it they are kept in the database.',
    parse: parsers.text(),
  }),
} as const;

const LIMITS = {
  bodyLimit: variable('CUSTODY_BODY_LIMIT', {
    description: 'Longest body of a post of events; 413 beyond.',
    parse: parsers.byteSize({ max: '16MiB' }),
    default: '8MiB',
  }),
  batchItems: variable('CUSTODY_BATCH_ITEMS', {
    description: 'Events of one post at most; 413 beyond.',
    parse: parsers.integer({ min: 1, max: 50_000 }),
    default: String(DEFAULT_LIMITS.batchItems),
  }),
  depth: variable('CUSTODY_JSON_DEPTH', {
    description: 'Objects and arrays inside one another at most.',
    // An event nests nine deep at most; a nested correction and the batch around it come on top.
    parse: parsers.integer({ min: 12, max: 400 }),
    default: String(DEFAULT_LIMITS.depth),
  }),
  documentLimit: variable('CUSTODY_DOCUMENT_LIMIT', {
    description: 'Largest document; 413 beyond.',
    parse: parsers.byteSize({ max: '64MiB' }),
    default: '16MiB',
  }),
  eventRate: variable('CUSTODY_EVENT_RATE', {
    description: 'Events per second of one facility in the long run; 429 beyond.',
    parse: parsers.integer({ min: 1 }),
    default: '1000',
  }),
  eventBurst: variable('CUSTODY_EVENT_BURST', {
    description: 'Events of one facility at once.',
    parse: parsers.integer({ min: 1 }),
    default: '10000',
  }),
} as const;

/** Custody's settings; every one of them is documented by this table. */
export const CUSTODY_ENVIRONMENT = {
  ...SHARED,
  ...NETWORK,
  ...KEEPING,
  ...LIMITS,
  ...KAFKA_VARIABLES,
} as const;

/** What the migration is run with, as the owner of the tables. */
export const MIGRATION_ENVIRONMENT = migrationVariables(PREFIX);

/** What `main.ts` needs beside custody's own configuration. */
export interface CustodyProcess {
  readonly custody: CustodyConfig;
  readonly host: string;
  readonly port: number;
  readonly unreadyMs: number;
  readonly drainMs: number;
  readonly logLevel: LogLevel;
}

/** Reads the environment. @throws ConfigurationError naming every wrong variable */
export function readCustodyConfig(env: Environment): CustodyProcess {
  const read = readEnvironment({ ...CUSTODY_ENVIRONMENT, ...knownMigrationVariables(PREFIX) }, env, {
    prefix: PREFIX,
  });
  const { host, port, unreadyMs, drainMs, logLevel } = read;
  const { network, registryUrl, genesis, rootLogKey, databaseUrl, keyEncryption, pseudonymSecret } = read;
  return {
    ...{ host, port, unreadyMs, drainMs, logLevel },
    custody: {
      ...{ network, registryUrl, genesis, rootLogKey, databaseUrl, keyEncryption, pseudonymSecret },
      issuers: read.issuers,
      roundMs: read.round,
      limits: {
        bodyBytes: read.bodyLimit,
        batchItems: read.batchItems,
        depth: read.depth,
        documentBytes: read.documentLimit,
      },
      rateLimit: { burst: read.rateBurst, perSecond: read.ratePerSecond },
      eventRate: { burst: read.eventBurst, perSecond: read.eventRate },
      requestTimeoutMs: read.requestTimeoutMs,
      kafka: kafkaSettings(read),
      ...(read.signerFolder === undefined ? {} : { signerFolder: read.signerFolder }),
      ...(read.documentFolder === undefined ? {} : { documentFolder: read.documentFolder }),
      ...(read.trustProxy === undefined ? {} : { trustProxy: read.trustProxy }),
    },
  };
}

function verifierKey(text: string): string {
  const key = parseVerifierKey(text);
  if (key.ok) return text;
  throw new Error('no verifier key');
}
