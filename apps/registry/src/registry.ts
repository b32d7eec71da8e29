import { Network } from '@lodemark/domain';
import { startRelays, type Relays } from '@lodemark/feed';
import {
  LedgerReader,
  ledgerPool,
  LogKeeping,
  RootLog,
  verifyDurability,
  verifyRole,
} from '@lodemark/ledger';
import {
  createServiceApp,
  createTokenVerifier,
  HEALTH,
  HealthFailure,
  KeyVault,
  LOGGER,
  mountOpenApi,
  SHUTDOWN,
  systemClock,
  type Clock,
  type HealthRegistry,
  type IssuerTrust,
  type KafkaSettings,
  type Logger,
  type RateLimit,
  type Shutdown,
  type TokenVerifier,
} from '@lodemark/platform';
import { readJson, type PublicJwk } from '@lodemark/transparency';
import { SignerRefusal, type LogSigner } from '@lodemark/witness';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Pool } from 'pg';
import { asProblem } from './http/as-problem.js';
import { openNetworkKeys } from './network-keys.js';
import { REGISTRY_METRICS, type RegistryMetrics } from './registry-metrics.js';
import { verifyRegister } from './register/verify-register.js';
import { RegistryModule, type OpenedRootLog } from './registry.module.js';
import { GenesisMismatch, openGenesis } from './root-log/genesis.js';
import { openSigner, openWitnesses } from './root-log/vouching.js';
import { QuorumNotMet } from './rounds/root-publisher.js';
import { RoundTimer } from './rounds/round-timer.js';
import { Rounds } from './rounds/rounds.js';

/** How one network's registry is set up; `readRegistryConfig` reads it from the environment. */
export interface RegistryConfig {
  /** Schemeless name, such as `demo.lodemark.example`: the root log is `<network>/root`, a facility's `<network>/log/<facility>`. */
  readonly network: string;
  /** The registry's own database, as the role that owns nothing in it. */
  readonly databaseUrl: string;
  /** Key-encryption keys of 32 bytes by id; the registry's private keys are sealed with the current one. */
  readonly keyEncryption: {
    readonly current: string;
    readonly keys: Readonly<Record<string, Uint8Array>>;
  };
  /** Keys of registrars who sign statements themselves; named in genesis beside the registry's own. Default none. */
  readonly registrarKeys?: readonly PublicJwk[];
  /** Whose bearer tokens are accepted. */
  readonly issuers: readonly IssuerTrust[];
  /** Milliseconds between rounds of checkpoints; 0: only `flush()` makes a round. Default 1,000. */
  readonly roundMs?: number;
  /** Bytes of a request body at most. Default 1 MiB. */
  readonly bodyLimit?: number;
  /** Milliseconds that a whole request may take to arrive. Default the platform's. */
  readonly requestTimeoutMs?: number;
  /** For each caller, or address without one. Default the platform's. */
  readonly rateLimit?: RateLimit;
  /** The cluster to which the root log is relayed; without it it is not. */
  readonly kafka?: KafkaSettings | undefined;
  /** Folder of the signer, outside the database and its backups; without it a restored backup could be signed. */
  readonly signerFolder?: string;
  /** Trust policy (C2SP tlog-policy) whose quorum of witnesses must cosign a root checkpoint before it is published. */
  readonly trustPolicyFile?: string;
  /** Proxies whose `X-Forwarded-For` is believed. Default none. */
  readonly trustProxy?: readonly string[];
}

/** What the registry is given rather than makes. */
export interface RegistryPorts {
  readonly logger: Logger;
  /** Default: the system's clock. */
  readonly clock?: Clock;
  /** Default: one that trusts `config.issuers`. */
  readonly tokens?: TokenVerifier;
  /** Told before the first checkpoint is signed: whoever is to cosign it must know the key by then. */
  readonly onOpened?: (rootLog: OpenedRegistry) => Promise<void>;
}

/** What others pin of a root log. */
export interface OpenedRegistry {
  readonly origin: string;
  /** Leaf hash of entry 0, lowercase hex. */
  readonly genesis: string;
  /** C2SP verifier key of the root log. */
  readonly logKey: string;
}

/** A registry in this process, not listening until its `app` is served. */
export interface Registry extends OpenedRegistry {
  readonly app: NestFastifyApplication;
  /** Whether it began with a root log that lacks entries which were signed, and waits until they are put back. */
  readonly lacksEntries: boolean;
  /** Makes a round now: accepted checkpoints enter the root log, and its checkpoint is published if it moved. */
  flush(): Promise<{ readonly size: number; readonly root: string; readonly note: string }>;
  /** Stops the rounds, closes the app and the connections to the database. */
  close(): Promise<void>;
}

const DEFAULT_ROUND_MS = 1_000;

/** The database is not one that a registry may be served from. */
export class DatabaseUnfit extends Error {
  override readonly name = 'DatabaseUnfit';
}

/**
 * Opens the root log, makes keys and genesis on the first start, publishes the root checkpoint, and puts the service
 * together. The database must be migrated. @throws DatabaseUnfit, GenesisMismatch, TrustPolicyUnfit, SignerRefusal
 */
export async function createRegistry(config: RegistryConfig, ports: RegistryPorts): Promise<Registry> {
  const clock = ports.clock ?? systemClock;
  const pool = ledgerPool({ connectionString: config.databaseUrl });
  try {
    const opened = await openRootLog(config, pool, clock);
    const { genesis, keys, network } = opened;
    await ports.onOpened?.({ origin: network.rootOrigin, genesis: genesis.leaf, logKey: keys.logKeyText });
    const app = await createApp(config, { ...ports, clock }, opened);
    return await start(app, opened, config);
  } catch (error) {
    await pool.end();
    throw error;
  }
}

async function openRootLog(config: RegistryConfig, pool: Pool, clock: Clock): Promise<OpenedRootLog> {
  const unfit = [...(await verifyRole(pool)), ...(await verifyRegister(pool))];
  if (unfit.length > 0)
    throw new DatabaseUnfit(`The database is not fit for a registry: ${unfit.join('; ')}.`);
  const network = new Network(config.network);
  const vault = new KeyVault(config.keyEncryption);
  const others = config.registrarKeys ?? [];
  const keys = await openNetworkKeys(pool, vault, { network, others });
  const rootLog = new RootLog({ pool, clock, origin: network.rootOrigin });
  const reader = new LedgerReader({ pool });
  await refuseOtherNetwork(reader, network);
  await rootLog.open();
  const signer = openSigner(config.signerFolder);
  const witnesses = await openWitnesses(config.trustPolicyFile);
  // Before genesis: a new database under an old name begins no second log.
  if (signer !== undefined) await requireFollowing(reader, signer, network.rootOrigin);
  const genesis = await openGenesis({ rootLog, reader }, network, keys);
  const keeping = new LogKeeping({ pool });
  return { network, keys, genesis, pool, rootLog, reader, keeping, signer, witnesses };
}

async function requireFollowing(reader: LedgerReader, signer: LogSigner, origin: string): Promise<void> {
  const { size, root } = await reader.head(origin);
  await signer
    .check({ origin, size, root }, (from) => reader.consistencyProof(origin, from, size))
    .catch((error: unknown) => {
      if (!isRecoverable(error)) throw error;
    });
}

/**
 * A log that is only shorter than what was signed of it can be given back what it lacks: until then the registry serves
 * what it has, records and signs nothing, and is unready. Without a single entry the keys are lost, too.
 */
function isRecoverable(error: unknown): boolean {
  return error instanceof SignerRefusal && error.fault === 'old-size-above-size' && error.sizes.asked > 0;
}

// The keys in this database sign for one network: under a second name they would sign two root logs.
async function refuseOtherNetwork(reader: LedgerReader, network: Network): Promise<void> {
  const others = (await reader.origins()).filter((origin) => origin !== network.rootOrigin);
  if (others.length === 0) return;
  throw new GenesisMismatch(`The database holds ${others.join(', ')}, not ${network.rootOrigin}.`);
}

async function createApp(
  config: RegistryConfig,
  ports: RegistryPorts & { readonly clock: Clock },
  opened: OpenedRootLog,
): Promise<NestFastifyApplication> {
  const { bodyLimit, rateLimit, requestTimeoutMs, trustProxy } = config;
  const app = await createServiceApp(RegistryModule.over(opened), {
    service: 'registry',
    logger: ports.logger,
    clock: ports.clock,
    tokens: ports.tokens ?? createTokenVerifier(config.issuers),
    readJson: (bytes) => readJson(bytes),
    translateError: asProblem,
    ...(bodyLimit === undefined ? {} : { bodyLimit }),
    ...(rateLimit === undefined ? {} : { rateLimit }),
    ...(requestTimeoutMs === undefined ? {} : { requestTimeoutMs }),
    ...(trustProxy === undefined ? {} : { trustProxy }),
  });
  addHealthChecks(app, opened.pool);
  mountOpenApi(app, {
    title: 'Lodemark registry',
    version: '1',
    description: DESCRIPTION,
  });
  return app;
}

async function start(
  app: NestFastifyApplication,
  opened: OpenedRootLog,
  { databaseUrl, kafka, roundMs = DEFAULT_ROUND_MS }: RegistryConfig,
): Promise<Registry> {
  await app.init();
  const rounds = app.get(Rounds);
  let lacksEntries = false;
  await rounds.make().catch((error: unknown) => {
    lacksEntries = isRecoverable(error);
    // Witnesses may come later than the registry: until then it records, publishes nothing, and is unready.
    if (!(error instanceof QuorumNotMet) && !lacksEntries) throw error;
    app.get(RoundTimer).failed(error);
  });
  if (roundMs > 0) app.get(RoundTimer).start(roundMs);
  const relays =
    kafka &&
    startRelays({
      ...{ kafka, databaseUrl, service: 'registry' },
      logger: app.get<Logger>(LOGGER),
      lag: app.get<RegistryMetrics>(REGISTRY_METRICS).relayLag,
    });
  const release = once(() => releaseAll(app, opened.pool, relays));
  app.get<Shutdown>(SHUTDOWN).onStop('registry', release);
  return {
    app,
    lacksEntries,
    origin: opened.network.rootOrigin,
    genesis: opened.genesis.leaf,
    logKey: opened.keys.logKeyText,
    flush: async () => {
      const { size, root, note } = await rounds.make();
      return { size, root, note };
    },
    close: once(async () => {
      await app.close();
      await release();
    }),
  };
}

async function releaseAll(
  app: NestFastifyApplication,
  pool: Pool,
  relays: Relays | undefined,
): Promise<void> {
  await app.get(RoundTimer).stop();
  await relays?.close();
  await pool.end();
}

function once(work: () => Promise<void>): () => Promise<void> {
  let begun: Promise<void> | undefined;
  return () => (begun ??= work());
}

function addHealthChecks(app: NestFastifyApplication, pool: Pool): void {
  const health = app.get<HealthRegistry>(HEALTH);
  health.add({
    name: 'database',
    timeoutMs: 2_000,
    probes: ['ready', 'startup'],
    check: async () => {
      const lacking = await verifyDurability(pool);
      if (lacking.length > 0) throw new HealthFailure(lacking.join('; '));
      return undefined;
    },
  });
  health.add({
    name: 'rounds',
    timeoutMs: 500,
    probes: ['ready'],
    check: () => app.get(RoundTimer).check(),
  });
}

const DESCRIPTION = `The network's root log: organizations, facilities, keys, policies and the checkpoints of facility logs.

**To join**, a registrar registers the organization (\`POST /v1/organizations\`), its facility (\`POST /v1/facilities\`) and
its keys (\`POST /v1/keys\`): a log key, and an event key or a custodial key. Every statement carries a \`statementId\` that
the client makes; sending the same again is safe and gets the same answer, so a joining that broke off is simply sent
again from the beginning.

Statements can also be signed by whoever may say them (\`POST /v1/statements\`). All reads are public.`;
