import {
  LOG_LEVELS,
  optionalVariable,
  parsers,
  readEnvironment,
  variable,
  type Environment,
  type IssuerTrust,
  type LogLevel,
} from '@lodemark/platform';
import { parsePublicJwk, type PublicJwk } from '@lodemark/transparency';
import type { RegistryConfig } from './registry.js';

/** The registry's settings; every one of them is documented by this table. */
export const REGISTRY_ENVIRONMENT = {
  network: variable('REGISTRY_NETWORK', {
    description: 'Name of the network, part of every log’s name; it can never be changed.',
    parse: parsers.text({
      pattern: /^[a-z0-9-]+(\.[a-z0-9-]+)+$/,
      syntax: 'a name without scheme, such as demo.lodemark.example',
      maxLength: 200,
    }),
  }),
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
  issuers: variable('REGISTRY_ISSUERS', {
    description: 'Whose bearer tokens are accepted; without jwksUri the keys are found by OIDC discovery.',
    parse: parsers.json('a JSON array of {"issuer", "audience", "jwksUri"?}', issuers),
  }),
  host: variable('REGISTRY_HOST', {
    description: 'Address to listen on.',
    parse: parsers.text(),
    default: '0.0.0.0',
  }),
  port: variable('REGISTRY_PORT', {
    description: 'Port to listen on.',
    parse: parsers.port(),
    default: '3000',
  }),
  round: variable('REGISTRY_ROUND', {
    description:
      'Time between rounds, in which facility checkpoints enter the root log and its own is published.',
    parse: parsers.duration({ max: '1h' }),
    default: '1s',
  }),
  bodyLimit: variable('REGISTRY_BODY_LIMIT', {
    description: 'Longest request body.',
    parse: parsers.byteSize({ max: '16MiB' }),
    default: '1MiB',
  }),
  ratePerSecond: variable('REGISTRY_RATE', {
    description: 'Requests per second of one caller, or one address without a token, in the long run.',
    parse: parsers.integer({ min: 1 }),
    default: '100',
  }),
  rateBurst: variable('REGISTRY_RATE_BURST', {
    description: 'Requests of one caller, or one address without a token, at once.',
    parse: parsers.integer({ min: 1 }),
    default: '500',
  }),
  trustProxy: optionalVariable('REGISTRY_TRUST_PROXY', {
    description: 'Proxies whose X-Forwarded-For is believed: addresses or ranges.',
    parse: parsers.list(parsers.text()),
  }),
  drain: variable('REGISTRY_DRAIN', {
    description: 'Time that requests in flight have to end when the service stops.',
    parse: parsers.duration({ max: '5m' }),
    default: '10s',
  }),
  logLevel: variable('REGISTRY_LOG_LEVEL', {
    description: 'Quietest level that is logged.',
    parse: parsers.oneOf(...LOG_LEVELS),
    default: 'info',
  }),
} as const;

/** What `main.ts` needs beside the registry's own configuration. */
export interface RegistryProcess {
  readonly registry: RegistryConfig;
  readonly host: string;
  readonly port: number;
  readonly drainMs: number;
  readonly logLevel: LogLevel;
}

/** Reads the environment. @throws ConfigurationError naming every wrong variable */
export function readRegistryConfig(env: Environment): RegistryProcess {
  const read = readEnvironment({ ...REGISTRY_ENVIRONMENT, ...ALSO_KNOWN }, env, { prefix: 'REGISTRY_' });
  const { host, port, drain: drainMs, logLevel, round: roundMs, rateBurst, ratePerSecond } = read;
  const { network, databaseUrl, keyEncryption, issuers: trusted, bodyLimit } = read;
  return {
    ...{ host, port, drainMs, logLevel },
    registry: {
      ...{ network, databaseUrl, keyEncryption, issuers: trusted, roundMs, bodyLimit },
      rateLimit: { burst: rateBurst, perSecond: ratePerSecond },
      ...(read.registrarKeys === undefined ? {} : { registrarKeys: read.registrarKeys }),
      ...(read.trustProxy === undefined ? {} : { trustProxy: read.trustProxy }),
    },
  };
}

/** What the migration is run with, as the owner of the tables. */
export const MIGRATION_ENVIRONMENT = {
  ownerUrl: variable('REGISTRY_OWNER_URL', {
    description: 'The registry’s database, as the role that owns its tables; only for `migrate`.',
    parse: parsers.url('postgres', 'postgresql'),
    secret: true,
  }),
  serviceRole: variable('REGISTRY_SERVICE_ROLE', {
    description: 'The role that the service connects as; only for `migrate`.',
    parse: parsers.text({ maxLength: 63 }),
  }),
} as const;

// Both commands are commonly run with one environment.
const ALSO_KNOWN = {
  ownerUrl: optionalVariable('REGISTRY_OWNER_URL', { ...MIGRATION_ENVIRONMENT.ownerUrl, secret: true }),
  serviceRole: optionalVariable('REGISTRY_SERVICE_ROLE', { ...MIGRATION_ENVIRONMENT.serviceRole }),
};

function publicKeys(value: unknown): readonly PublicJwk[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const keys = value.map((one: unknown) => parsePublicJwk(one));
  return keys.every((key) => key.ok) ? keys.map((key) => key.value) : undefined;
}

function issuers(value: unknown): readonly IssuerTrust[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return value.every(isIssuer) ? value : undefined;
}

function isIssuer(value: unknown): value is IssuerTrust {
  if (typeof value !== 'object' || value === null) return false;
  const { issuer, audience, jwksUri, ...unknown } = value as Record<string, unknown>;
  const named = [issuer, audience].every((text) => typeof text === 'string' && text !== '');
  const found = jwksUri === undefined || (typeof jwksUri === 'string' && URL.canParse(jwksUri));
  return named && found && Object.keys(unknown).length === 0;
}
