import { Network } from '@lodemark/domain';
import { startRelays } from '@lodemark/feed';
import { Ledger, LedgerReader, LogKeeping, ledgerPool } from '@lodemark/ledger';
import {
  createServiceApp,
  createTokenVerifier,
  KeyVault,
  LOGGER,
  mountOpenApi,
  SHUTDOWN,
  systemClock,
  type Clock,
  type Logger,
  type Shutdown,
} from '@lodemark/platform';
import { parseVerifierKey, type VerifierKey } from '@lodemark/transparency';
import { LogSigner, VouchedTrees } from '@lodemark/witness';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { asProblem } from './http/ledger-trouble.js';
import {
  DEFAULT_LIMITS,
  type Custody,
  type CustodyConfig,
  type CustodyLimits,
  type CustodyPorts,
} from './custody-config.js';
import { addHealthChecks } from './custody-health.js';
import type { CustodyMetrics } from './custody-metrics.js';
import { CustodyModule, type OpenedCustody } from './custody.module.js';
import { readRequestJson, REQUEST_JSON_BYTES } from './http/read-request-json.js';
import { CUSTODY_METRICS } from './ports.js';
import { Rounds } from './rounds.js';

const DEFAULT_ROUND_MS = 1_000;

/** A setting that cannot be worked with, beyond what its syntax shows. */
export class ConfigurationUnfit extends Error {
  override readonly name = 'ConfigurationUnfit';
}

/** Puts the service together. The database must be migrated. @throws ConfigurationUnfit */
export async function createCustody(config: CustodyConfig, ports: CustodyPorts): Promise<Custody> {
  const clock = ports.clock ?? systemClock;
  const opened = openCustody(config, clock);
  try {
    const app = await createApp(config, { ...ports, clock }, opened);
    await app.init();
    return start(app, opened, config);
  } catch (error) {
    await opened.pool.end();
    throw error;
  }
}

function openCustody(config: CustodyConfig, clock: Clock): OpenedCustody {
  const network = new Network(config.network);
  const rootLogKey = pinnedKey(config.rootLogKey, network);
  const limits: CustodyLimits = { ...DEFAULT_LIMITS, ...config.limits };
  const vault = new KeyVault(config.keyEncryption);
  const pool = ledgerPool({ connectionString: config.databaseUrl });
  return {
    config,
    limits,
    vault,
    pool,
    rootLogKey,
    network,
    ledger: new Ledger({ pool, clock }),
    reader: new LedgerReader({ pool }),
    keeping: new LogKeeping({ pool }),
    signer:
      config.signerFolder === undefined ? undefined : new LogSigner(new VouchedTrees(config.signerFolder)),
  };
}

function pinnedKey(text: string, network: Network): VerifierKey {
  const key = parseVerifierKey(text);
  if (!key.ok)
    throw new ConfigurationUnfit(`rootLogKey: ${key.problems.map(({ detail }) => detail).join(' ')}`);
  if (key.value.name === network.rootOrigin) return key.value;
  throw new ConfigurationUnfit(`rootLogKey is of ${key.value.name}, not of ${network.rootOrigin}.`);
}

async function createApp(
  config: CustodyConfig,
  ports: CustodyPorts & { readonly clock: Clock },
  opened: OpenedCustody,
): Promise<NestFastifyApplication> {
  const { limits } = opened;
  const { rateLimit, requestTimeoutMs, trustProxy } = config;
  const app = await createServiceApp(CustodyModule.over(opened), {
    service: 'custody',
    logger: ports.logger,
    clock: ports.clock,
    tokens: ports.tokens ?? createTokenVerifier(config.issuers),
    readJson: (bytes) => readRequestJson(bytes, limits.depth),
    translateError: asProblem,
    // Routes that take bytes look at their own limit, which may be smaller.
    bodyLimit: Math.max(limits.bodyBytes, limits.documentBytes, REQUEST_JSON_BYTES),
    ...(rateLimit === undefined ? {} : { rateLimit }),
    ...(requestTimeoutMs === undefined ? {} : { requestTimeoutMs }),
    ...(trustProxy === undefined ? {} : { trustProxy }),
  });
  addHealthChecks(app, opened.pool);
  mountOpenApi(app, { title: 'Lodemark custody', version: '1', description: DESCRIPTION });
  return app;
}

function start(
  app: NestFastifyApplication,
  opened: OpenedCustody,
  { databaseUrl, kafka, roundMs = DEFAULT_ROUND_MS }: CustodyConfig,
): Custody {
  const rounds = app.get(Rounds);
  if (roundMs > 0) rounds.start(roundMs);
  const relays =
    kafka &&
    startRelays({
      ...{ kafka, databaseUrl, service: 'custody' },
      logger: app.get<Logger>(LOGGER),
      lag: app.get<CustodyMetrics>(CUSTODY_METRICS).relayLag,
    });
  const release = once(async () => {
    await rounds.stop();
    await opened.ledger.drain();
    await relays?.close();
    await opened.pool.end();
  });
  app.get<Shutdown>(SHUTDOWN).onStop('custody', release);
  return {
    app,
    flush: () => rounds.publish(),
    syncRoot: () => rounds.syncRoot(),
    close: once(async () => {
      await app.close();
      await release();
    }),
  };
}

function once(work: () => Promise<void>): () => Promise<void> {
  let begun: Promise<void> | undefined;
  return () => (begun ??= work());
}

const DESCRIPTION = `Where the facilities of one operator post custody events and read what they recorded.`;
