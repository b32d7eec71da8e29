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
import { parsePublicJwk, type PublicJwk } from '@lodemark/transparency';
import type { RegistryConfig } from './registry.js';

const PREFIX = 'REGISTRY_';

/** The registry's settings; every one of them is documented by this table. */
export const REGISTRY_ENVIRONMENT = {
  ...serviceVariables(PREFIX, { port: 3000 }),
  network: networkVariable(PREFIX),
  databaseUrl: variable('REGISTRY_DATABASE_URL', {
    description: 'The registry’s own database, as the role that owns nothing in it.',
    parse: parsers.url('postgres', 'postgresql'),
    secret: true,
  }),
  keyEncryption: variable('REGISTRY_KEY_ENCRYPTION', {
    description: 'Keys under which the registry’s private keys are sealed in the database.',
    parse: parsers.keyEncryption(),
    secret: true,
  }),
  registrarKeys: optionalVariable('REGISTRY_REGISTRAR_KEYS', {
    description:
      'Public keys of registrars who sign statements themselves; named in genesis, so fixed at the first start.',
    parse: parsers.json('a JSON array of public JWKs (Ed25519 or P-256)', publicKeys),
  }),
  round: variable('REGISTRY_ROUND', {
    description:
      'Time between rounds, in which facility checkpoints enter the root log and its own is published.',
    parse: parsers.duration({ max: '1h' }),
    default: '1s',
  }),
  signerFolder: optionalVariable('REGISTRY_SIGNER_FOLDER', {
    description:
      'Where the signer keeps what it signed last of the root log. Not in the database, and never restored from a ' +
      'backup: it is what keeps a restored database from signing a second history.',
    parse: parsers.text(),
  }),
  trustPolicyFile: optionalVariable('REGISTRY_TRUST_POLICY', {
    description:
      'File of a trust policy (c2sp.org/tlog-policy) with the addresses of the witnesses; no root checkpoint is ' +
      'published before its quorum has cosigned it.',
    parse: parsers.text(),
  }),
  ...KAFKA_VARIABLES,
} as const;

/** What `main.ts` needs beside the registry's own configuration. */
export interface RegistryProcess {
  readonly registry: RegistryConfig;
  readonly host: string;
  readonly port: number;
  readonly unreadyMs: number;
  readonly drainMs: number;
  readonly logLevel: LogLevel;
}

/** Reads the environment. @throws ConfigurationError naming every wrong variable */
export function readRegistryConfig(env: Environment): RegistryProcess {
  const read = readEnvironment({ ...REGISTRY_ENVIRONMENT, ...knownMigrationVariables(PREFIX) }, env, {
    prefix: PREFIX,
  });
  const { host, port, unreadyMs, drainMs, logLevel, rateBurst, ratePerSecond } = read;
  const { network, databaseUrl, keyEncryption, issuers, round: roundMs, bodyLimit, requestTimeoutMs } = read;
  return {
    ...{ host, port, unreadyMs, drainMs, logLevel },
    registry: {
      ...{ network, databaseUrl, keyEncryption, issuers, roundMs, bodyLimit, requestTimeoutMs },
      rateLimit: { burst: rateBurst, perSecond: ratePerSecond },
      kafka: kafkaSettings(read),
      ...(read.registrarKeys === undefined ? {} : { registrarKeys: read.registrarKeys }),
      ...(read.signerFolder === undefined ? {} : { signerFolder: read.signerFolder }),
      ...(read.trustPolicyFile === undefined ? {} : { trustPolicyFile: read.trustPolicyFile }),
      ...(read.trustProxy === undefined ? {} : { trustProxy: read.trustProxy }),
    },
  };
}

/** What the migration is run with, as the owner of the tables. */
export const MIGRATION_ENVIRONMENT = migrationVariables(PREFIX);

function publicKeys(value: unknown): readonly PublicJwk[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const keys = value.map((one: unknown) => parsePublicJwk(one));
  return keys.every((key) => key.ok) ? keys.map((key) => key.value) : undefined;
}
