import { Network } from '@lodemark/domain';
import {
  HttpBackfill,
  HttpFeed,
  KafkaFeed,
  PostgresFeed,
  type Backfill,
  type Feed,
  type FeedAlarm,
} from '@lodemark/feed';
import { nodeSignatures, SecretVault, systemClock, type Clock, type Logger } from '@lodemark/platform';
import { isAdmissible, parseVerifierKey, type VerifierKey } from '@lodemark/transparency';
import type { Pool } from 'pg';
import { startCertificateWork } from './certificates/background.js';
import { CertificateLifecycle } from './certificates/certificate-lifecycle.js';
import { HandIn } from './certificates/hand-in.js';
import { createApp } from './create-app.js';
import { maintenancePool, provenancePool } from './database/pool.js';
import { prepareReadModel, ReadModelMaintenance } from './ingest/maintenance.js';
import { RootStatements } from './evidence/root-statements.js';
import { EvidenceOfLot } from './evidence/evidence-of-lot.js';
import { Alarms } from './ingest/alarms.js';
import { caughtUp } from './ingest/caught-up.js';
import { Ingest } from './ingest/ingest.js';
import { LogAddresses } from './ingest/log-addresses.js';
import { RepeatedWork } from './ingest/repeated-work.js';
import { PolicyDocuments } from './policies/policy-documents.js';
import type { Provenance, ProvenanceConfig, ProvenancePorts } from './provenance.js';
import { RegistryClient } from './registry-client.js';
import { Rejudging } from './rejudging/rejudging.js';
import { JudgeApart } from './verdicts/judge-apart.js';
import { Judging, type JudgingPorts } from './verdicts/judging.js';
import { VerdictStore } from './verdicts/verdict-store.js';
import { Deliveries } from './webhooks/deliveries.js';
import { WebhookSecrets } from './webhooks/webhook-secrets.js';

/** The configuration or the database is not one that provenance can be served from. */
export class ProvenanceUnfit extends Error {
  override readonly name = 'ProvenanceUnfit';
}

const DEFAULT_POLL_MS = 1_000;
const DEFAULT_POLICY = 'WC-3';

/**
 * Puts the service together and starts following the logs; what fails on the way closes what was opened. The database
 * must be migrated. @throws ProvenanceUnfit
 */
export async function createProvenance(
  config: ProvenanceConfig,
  ports: ProvenancePorts,
): Promise<Provenance> {
  const rootLogKey = readPins(config);
  const pool = provenancePool(config.databaseUrl);
  const closers: (() => Promise<void>)[] = [() => pool.end()];
  const release = once(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });
  try {
    const parts = openParts(config, ports, { pool, rootLogKey });
    closers.push(
      () => parts.feed.close(),
      () => parts.ingest.stop(),
    );
    const { ingest, documents, network, root, registry } = parts;
    const maintenance = new ReadModelMaintenance({
      ingest,
      backfill: parts.backfill,
      open: () => maintenancePool(config.databaseUrl),
    });
    await prepareReadModel(pool, maintenance, ports.logger);
    const defaultPolicy = config.defaultPolicy ?? DEFAULT_POLICY;
    const { horizons } = ingest;
    const apart = openJudge(config);
    if (apart !== undefined) closers.push(() => apart.judge.close());
    const { certificates: issuer } = config;
    const { alarms, clock } = parts;
    const opened = {
      ...{ pool, network, horizons, root, documents, maintenance, defaultPolicy },
      ...{ registry, issuer, alarms, apart, webhooksAllowPrivate: config.webhooksAllowPrivate ?? false },
      secretVault: config.keyEncryption && new SecretVault(config.keyEncryption),
    };
    const app = await createApp(config, { ...ports, clock }, { opened, ingest, alarms, closers, release });
    await app.init();
    await app.get(WebhookSecrets).sealAll();
    await ingest.start();
    const rejudging = new Rejudging({
      ...{ pool, network, clock, logger: ports.logger, horizons, root },
      ...{ evidence: app.get(EvidenceOfLot), judging: app.get(Judging), store: app.get(VerdictStore) },
    });
    if (config.rejudging ?? true) closers.push(repeat(rejudging, config, ports.logger));
    const everyMs = config.pollMs ?? DEFAULT_POLL_MS;
    closers.push(
      startCertificateWork(
        {
          lifecycle: app.get(CertificateLifecycle),
          handIn: app.get(HandIn),
          deliveries: app.get(Deliveries),
        },
        { everyMs, logger: ports.logger },
      ),
    );
    return {
      app,
      caughtUp: (timeoutMs) => caughtUp(ingest, timeoutMs),
      digest: () => maintenance.digest(),
      rebuild: (source) => maintenance.rebuild(source),
      rejudge: () => rejudging.advance(),
      close: once(async () => {
        await app.close();
        await release();
      }),
    };
  } catch (error) {
    await release();
    throw error;
  }
}

function openJudge({ databaseUrl, network, judgeApartFrom: from }: ProvenanceConfig): JudgingPorts['apart'] {
  return from === undefined ? undefined : { from, judge: new JudgeApart({ databaseUrl, network }) };
}

/** Starts it; gives what ends it after the step in hand. */
function repeat(rejudging: Rejudging, { pollMs }: ProvenanceConfig, logger: Logger): () => Promise<void> {
  const work = new RepeatedWork(
    pollMs ?? DEFAULT_POLL_MS,
    () => rejudging.advance(),
    (err) => logger.warn({ err }, 'verdicts on file were not brought up to date; it is tried again'),
  );
  work.start();
  return () => work.stop();
}

function readPins({ rootLogKey, genesis, network }: ProvenanceConfig): VerifierKey {
  const key = parseVerifierKey(rootLogKey);
  if (!key.ok) throw new ProvenanceUnfit(`The root log's verifier key is none: ${key.problems[0]?.detail}`);
  if (key.value.name !== new Network(network).rootOrigin) {
    throw new ProvenanceUnfit(`The verifier key is of ${key.value.name}, not of the root log of ${network}.`);
  }
  if (!/^[0-9a-f]{64}$/.test(genesis)) throw new ProvenanceUnfit('The pinned genesis is no leaf hash.');
  return key.value;
}

interface Parts {
  readonly network: Network;
  readonly clock: Clock;
  readonly root: RootStatements;
  readonly backfill: Backfill;
  readonly feed: Feed;
  readonly alarms: Alarms;
  readonly documents: PolicyDocuments;
  readonly ingest: Ingest;
  readonly registry: RegistryClient;
}

function openParts(
  config: ProvenanceConfig,
  ports: ProvenancePorts,
  { pool, rootLogKey }: { readonly pool: Pool; readonly rootLogKey: VerifierKey },
): Parts {
  const { logger, serviceToken: token } = ports;
  const clock = ports.clock ?? systemClock;
  const network = new Network(config.network);
  const root = new RootStatements(pool, network);
  const addresses = new LogAddresses({ pool, network, root, registryUrl: config.registryUrl });
  const addressOf = (origin: string) => addresses.of(origin);
  const backfill = ports.backfill ?? new HttpBackfill({ addressOf, token });
  const alarms = new Alarms({ pool, clock, logger });
  const feed = ports.feed ?? openFeed(config, backfill, { ...ports, alarms });
  const registry = new RegistryClient(config.registryUrl, token);
  const pollMs = config.pollMs ?? DEFAULT_POLL_MS;
  const checker = nodeSignatures(isAdmissible);
  const { genesis } = config;
  const { reportFault } = registry;
  const ingest = new Ingest({
    ...{ pool, clock, logger, network, checker, feed, backfill, alarms },
    ...{ genesis, rootLogKey, reportFault, pollMs },
  });
  const documents = new PolicyDocuments(pool, registry.policyDocument);
  return { network, clock, root, backfill, feed, alarms, documents, ingest, registry };
}

function openFeed(
  { kafka, logDatabases = [], pollMs }: ProvenanceConfig,
  backfill: Backfill,
  { alarms, logger, onFeedExhausted: onExhausted }: ProvenancePorts & { readonly alarms: Alarms },
): Feed {
  const onAlarm = (alarm: FeedAlarm) => alarms.raise(alarm);
  if (kafka !== undefined) {
    const onWarning = (message: string, details: object) => logger.debug({ kafka: details }, message);
    const connection = { ...kafka, clientId: 'lodemark-provenance', onWarning };
    return new KafkaFeed({ connection, backfill, onAlarm, onExhausted });
  }
  if (logDatabases.length === 0) return new HttpFeed({ backfill, onAlarm, pollMs });
  return new PostgresFeed({ databases: logDatabases.map((url) => ({ url })), backfill, onAlarm, pollMs });
}

function once(work: () => Promise<void>): () => Promise<void> {
  let begun: Promise<void> | undefined;
  return () => (begun ??= work());
}
