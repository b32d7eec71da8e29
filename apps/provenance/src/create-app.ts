import {
  CLOCK,
  createServiceApp,
  createTokenVerifier,
  HEALTH,
  HealthFailure,
  LOGGER,
  mountOpenApi,
  SHUTDOWN,
  type Clock,
  type HealthRegistry,
  type Logger,
  type Shutdown,
} from '@lodemark/platform';
import { readJson } from '@lodemark/transparency';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Pool } from 'pg';
import { asProblem } from './http/as-problem.js';
import type { Alarms } from './ingest/alarms.js';
import type { Ingest } from './ingest/ingest.js';
import { RepeatedWork } from './ingest/repeated-work.js';
import { PROVENANCE_METRICS, type ProvenanceMetrics } from './provenance-metrics.js';
import type { ProvenanceConfig, ProvenancePorts } from './provenance.js';
import { ProvenanceModule, type OpenedProvenance } from './provenance.module.js';
import { observeCertificates } from './certificates/observe-certificates.js';
import { observe } from './status/observe.js';

export interface AppParts {
  readonly opened: OpenedProvenance;
  readonly ingest: Ingest;
  readonly alarms: Alarms;
  /** What `release` closes, the last first. */
  readonly closers: (() => Promise<void>)[];
  /** Stops the followers and lets go of the database. */
  readonly release: () => Promise<void>;
}

const OBSERVED_EVERY_MS = 5_000;

/** The Nest application around what was opened; neither initialized nor listening. */
export async function createApp(
  config: ProvenanceConfig,
  ports: ProvenancePorts & { readonly clock: Clock },
  { opened, ingest, alarms, closers, release }: AppParts,
): Promise<NestFastifyApplication> {
  const { bodyLimit, rateLimit, trustProxy, requestTimeoutMs } = config;
  const app = await createServiceApp(ProvenanceModule.over(opened), {
    service: 'provenance',
    logger: ports.logger,
    clock: ports.clock,
    tokens: ports.tokens ?? createTokenVerifier(config.issuers),
    readJson: (bytes) => readJson(bytes),
    translateError: asProblem,
    ...(bodyLimit === undefined ? {} : { bodyLimit }),
    ...(rateLimit === undefined ? {} : { rateLimit }),
    ...(trustProxy === undefined ? {} : { trustProxy }),
    ...(requestTimeoutMs === undefined ? {} : { requestTimeoutMs }),
  });
  addHealthChecks(app, opened.pool, ingest);
  const observing = observeIn(app, opened.pool, { ingest, alarms });
  closers.push(() => observing.stop());
  app.get<Shutdown>(SHUTDOWN).onStop('provenance', release);
  mountOpenApi(app, { title: 'Lodemark provenance', version: '1', description: DESCRIPTION });
  return app;
}

function observeIn(
  app: NestFastifyApplication,
  pool: Pool,
  { ingest, alarms }: { readonly ingest: Ingest; readonly alarms: Alarms },
): RepeatedWork {
  const metrics = app.get<ProvenanceMetrics>(PROVENANCE_METRICS);
  const subscriptions = () => ingest.followers.subscriptions();
  const observed = { pool, horizons: ingest.horizons, alarms, subscriptions, metrics };
  const logger = app.get<Logger>(LOGGER);
  const work = new RepeatedWork(
    OBSERVED_EVERY_MS,
    async () => {
      await observe(observed);
      await observeCertificates({ pool, clock: app.get<Clock>(CLOCK), metrics });
    },
    (err) => logger.warn({ err }, 'the metrics were not brought up to date'),
  );
  work.start();
  return work;
}

function addHealthChecks(app: NestFastifyApplication, pool: Pool, ingest: Ingest): void {
  const health = app.get<HealthRegistry>(HEALTH);
  health.add({
    name: 'database',
    timeoutMs: 2_000,
    probes: ['ready', 'startup'],
    check: async () => {
      await pool.query('SELECT version FROM projection_version');
      return undefined;
    },
  });
  health.add({
    name: 'consumers',
    timeoutMs: 500,
    probes: ['ready', 'startup'],
    // A log that waits or is forked stops nobody else: it shows here, in the horizon and in the metrics.
    check: () => {
      const states = ingest.followers.states();
      if (!ingest.followers.followsRoot()) throw new HealthFailure('the root log is not followed');
      return Promise.resolve({ logs: states });
    },
  });
}

const DESCRIPTION = `Lots, their lineage and custody, and verdicts on them, from the entries of every log.

Every answer is given **at an evidence horizon**, a size of the root log: an entry counts if a facility checkpoint among
the root log's entries below that size covers it. Ask with \`horizon\` to have the same answer again; without it the latest
published horizon is used whose covered entries are all here. The answer says which it was. A horizon that cannot be
filled is a problem that names the missing logs, never an answer.

**Who sees what**: a facility its own log and its counterparties' statements about hand-overs with it; an auditor what the
engagement covers; the registrar and administrators everything. What is left out is counted as \`withheld\`.`;
