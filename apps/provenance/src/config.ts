import {
  KAFKA_VARIABLES,
  kafkaSettings,
  knownMigrationVariables,
  migrationVariables,
  networkVariable,
  NodeSigner,
  optionalVariable,
  parsers,
  readEnvironment,
  serviceVariables,
  Unreadable,
  variable,
  type Environment,
  type LogLevel,
  type PrivateJwk,
} from '@lodemark/platform';
import { parseVerifierKey } from '@lodemark/transparency';
import type { CertificateIssuer } from './certificates/certificate-issuer.js';
import type { ProvenanceConfig } from './provenance.js';
import { JUDGE_APART_FROM } from './verdicts/judge-apart.js';

const PREFIX = 'PROVENANCE_';

const verifierKeyText = Object.assign(
  (text: string) => {
    if (!parseVerifierKey(text).ok) throw new Unreadable('must be a C2SP verifier key');
    return text;
  },
  { syntax: 'a C2SP verifier key: name+id+base64' },
);

/** Provenance's settings; every one of them is documented by this table. */
const PROVENANCE_ENVIRONMENT = {
  ...serviceVariables(PREFIX, { port: 3002 }),
  network: networkVariable(PREFIX),
  databaseUrl: variable('PROVENANCE_DATABASE_URL', {
    description: 'Provenance’s own database, as the role that owns nothing in it.',
    parse: parsers.url('postgres', 'postgresql'),
    secret: true,
  }),
  genesis: variable('PROVENANCE_GENESIS', {
    description: 'Leaf hash of the root log’s entry 0, as the registry prints it: what is pinned.',
    parse: parsers.text({ pattern: /^[0-9a-f]{64}$/, syntax: 'a SHA-256 hash in lowercase hex' }),
  }),
  rootLogKey: variable('PROVENANCE_ROOT_LOG_KEY', {
    description: 'C2SP verifier key of the root log, as the registry prints it: what is pinned.',
    parse: verifierKeyText,
  }),
  registryUrl: variable('PROVENANCE_REGISTRY_URL', {
    description: 'Where the registry answers.',
    parse: parsers.url('http', 'https'),
  }),
  logDatabases: optionalVariable('PROVENANCE_LOG_DATABASES', {
    description:
      'Databases whose logs are read directly, separated by commas; all other logs are polled over HTTP.',
    parse: parsers.list(parsers.url('postgres', 'postgresql')),
    secret: true,
  }),
  serviceTokens: optionalVariable('PROVENANCE_SERVICE_TOKENS', {
    description:
      'Bearer tokens for custody services and the registry by the origin of their address, so that none is shown to another.',
    parse: parsers.json('a JSON object such as {"https://custody.example": "eyJ…"}', readTokens),
    secret: true,
  }),
  certificates: optionalVariable('PROVENANCE_CERTIFICATES', {
    description:
      'With what certificates are issued; without it none are. The key is registered for the purpose `certificate`.',
    parse: parsers.json(
      'a JSON object {"id": "did:web:…", "name": "…", "url": "https://…", "key": private JWK}',
      readIssuer,
    ),
    secret: true,
  }),
  pollMs: variable('PROVENANCE_POLL', {
    description: 'Time between looks for entries and root checkpoints when nothing wakes the feed.',
    parse: parsers.duration({ max: '10m' }),
    default: '1s',
  }),
  rejudging: variable('PROVENANCE_REJUDGING', {
    description:
      'Whether verdicts on file are given anew when what they rest on changes: one process of several is enough.',
    parse: parsers.boolean(),
    default: 'true',
  }),
  judgeApartFrom: variable('PROVENANCE_JUDGE_APART_FROM', {
    description:
      'Entries about a lot’s lineage from which on it is judged in a thread of its own, so that nothing else waits for it.',
    parse: parsers.integer({ min: 1 }),
    default: String(JUDGE_APART_FROM),
  }),
  keyEncryption: optionalVariable('PROVENANCE_KEY_ENCRYPTION', {
    description:
      'Keys under which secrets of webhooks are sealed in the database, the current one first; without it none are taken.',
    parse: parsers.keyEncryption(),
    secret: true,
  }),
  webhooksAllowPrivate: variable('PROVENANCE_WEBHOOKS_ALLOW_PRIVATE', {
    description:
      'Whether webhooks may go to loopback and private addresses, and without TLS: only in a network of one’s own.',
    parse: parsers.boolean(),
    default: 'false',
  }),
  defaultPolicy: variable('PROVENANCE_DEFAULT_POLICY', {
    description: 'The policy of a question that names none.',
    parse: parsers.text({ maxLength: 100 }),
    default: 'WC-3',
  }),
  ...KAFKA_VARIABLES,
} as const;

/** What the migration is run with, as the owner of the tables. */
export const MIGRATION_ENVIRONMENT = migrationVariables(PREFIX);

/** What `main.ts` needs beside provenance's own configuration. */
export interface ProvenanceProcess {
  readonly provenance: ProvenanceConfig;
  readonly serviceToken: ((url: string) => Promise<string>) | undefined;
  readonly host: string;
  readonly port: number;
  readonly unreadyMs: number;
  readonly drainMs: number;
  readonly logLevel: LogLevel;
}

/** Reads the environment. @throws ConfigurationError naming every wrong variable */
export function readProvenanceConfig(env: Environment): ProvenanceProcess {
  const read = readEnvironment({ ...PROVENANCE_ENVIRONMENT, ...knownMigrationVariables(PREFIX) }, env, {
    prefix: PREFIX,
  });
  const { host, port, unreadyMs, drainMs, logLevel, rateBurst, ratePerSecond } = read;
  const { network, databaseUrl, genesis, rootLogKey, registryUrl, issuers } = read;
  const { pollMs, defaultPolicy, rejudging, bodyLimit, requestTimeoutMs, serviceTokens } = read;
  const { webhooksAllowPrivate, judgeApartFrom } = read;
  return {
    ...{ host, port, unreadyMs, drainMs, logLevel },
    serviceToken: serviceTokens === undefined ? undefined : tokenFrom(serviceTokens),
    provenance: {
      ...{ network, databaseUrl, genesis, rootLogKey, registryUrl, issuers },
      ...{
        pollMs,
        defaultPolicy,
        rejudging,
        judgeApartFrom,
        webhooksAllowPrivate,
        bodyLimit,
        requestTimeoutMs,
      },
      rateLimit: { burst: rateBurst, perSecond: ratePerSecond },
      kafka: kafkaSettings(read),
      ...(read.keyEncryption === undefined ? {} : { keyEncryption: read.keyEncryption }),
      ...(read.certificates === undefined ? {} : { certificates: read.certificates }),
      ...(read.logDatabases === undefined ? {} : { logDatabases: read.logDatabases }),
      ...(read.trustProxy === undefined ? {} : { trustProxy: read.trustProxy }),
    },
  };
}

function tokenFrom(tokens: ReadonlyMap<string, string>): (url: string) => Promise<string> {
  return (url) => {
    const token = tokens.get(new URL(url).origin);
    if (token !== undefined) return Promise.resolve(token);
    return Promise.reject(new Error(`no bearer token is configured for ${new URL(url).origin}`));
  };
}

function readIssuer(value: unknown): CertificateIssuer | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { id, name, url, key } = value as Readonly<Record<string, unknown>>;
  const isUrl = typeof url === 'string' && /^https?:\/\//.test(url) && URL.canParse(url);
  if (typeof id !== 'string' || !/^did:web:[A-Za-z0-9.%:_-]{1,200}$/.test(id)) return undefined;
  if (typeof name !== 'string' || name === '' || !isUrl) return undefined;
  try {
    const signer = NodeSigner.fromJwk(key as PrivateJwk);
    return { party: { id, name }, signer, url: url.replace(/\/+$/, '') };
  } catch {
    return undefined;
  }
}

function readTokens(value: unknown): ReadonlyMap<string, string> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const tokens = new Map<string, string>();
  for (const [address, token] of Object.entries(value)) {
    if (!URL.canParse(address) || typeof token !== 'string' || token === '') return undefined;
    tokens.set(new URL(address).origin, token);
  }
  return tokens;
}
