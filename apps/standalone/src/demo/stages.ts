import { join } from 'node:path';
import { KafkaAdministration } from '@lodemark/feed';
import { createLogger, errorCode, KAFKA_VARIABLES, kafkaSettings, readEnvironment } from '@lodemark/platform';
import { Cluster, OPERATORS } from '../cluster/cluster.js';
import { drivenCluster } from '../cluster/driven.js';
import { startOverKafka } from '../cluster/start-over-kafka.js';
import { RunOnClock } from '../run-on-clock.js';
import { loadScenario } from '../scenario/load-scenario.js';
import type { DrivenNetwork } from '../scenario/network.js';
import { runScenarioFile } from '../scenario/run-file.js';
import { ScenarioRun, type ScenarioReport } from '../scenario/run-scenario.js';
import { startSite, type Site, type SiteOptions } from '../site.js';
import { writeSiteFile } from '../site-file.js';
import { say } from './paint.js';

/** A network on which the demonstration plays, in one process or in many. */
export interface Stage {
  readonly network: DrivenNetwork;
  /** Services by name, for whoever looks on afterwards. */
  readonly addresses: readonly (readonly [string, string])[];
  /** Plays another scenario on a fresh network of the same kind, and takes that away. */
  readonly runApart: (path: string) => Promise<ScenarioReport>;
  /** From here on the clock runs by itself. */
  letGo(): void;
  stop(): Promise<void>;
}

const NAME = 'demo.lodemark.example';
const PORTS = { registry: 4701, custody: 4702, provenance: 4703 };

/** Registry, custody and provenance in this process. */
export async function siteStage(home: string, from: Date): Promise<Stage> {
  const clock = new RunOnClock(from);
  const logger = createLogger({ service: 'demo', level: 'fatal' });
  const site = await startDemo({ folder: home, name: NAME, clock, roundMs: 1_000, logger });
  const { network } = site;
  const { name, registryUrl, custodyUrl, provenanceUrl } = network;
  return {
    network: {
      ...{ name, registryUrl, provenanceUrl, clock },
      custodyOf: () => custodyUrl,
      token: network.token.bind(network),
      settle: network.settle.bind(network),
    },
    addresses: [
      ['registry', registryUrl],
      ['custody', custodyUrl],
      ['provenance', provenanceUrl],
    ],
    runApart: (path) => runScenarioFile(path, { adminUrl: site.postgres.adminUrl }),
    letGo: () => clock.letGo(),
    stop: () => site.stop(),
  };
}

/** On the ports that the README names, or on any others when something else has one of those. */
async function startDemo(options: SiteOptions): Promise<Site> {
  try {
    return await startSite({ ...options, ports: PORTS });
  } catch (error) {
    if (errorCode(error) !== 'EADDRINUSE') throw error;
    say('One of the ports 4701 to 4703 is taken: the system chooses others.');
    return startSite(options);
  }
}

const ROUND = '100ms';
const TICK_MS = 1_000;

/** Kafka, a registry, four custody services and provenance, each in a process of its own. */
export async function clusterStage(home: string, from: Date): Promise<Stage> {
  await requireUnusedKafka();
  const cluster = await startOverKafka(
    { folder: home, name: NAME, clockFrom: from, round: ROUND },
    { environment: process.env, local: {}, say },
  );
  const network = drivenCluster(cluster, from);
  const { registryUrl, provenanceUrl } = cluster;
  const custodyUrl = cluster.custodyOf(OPERATORS[0]);
  await writeSiteFile(home, { network: NAME, registryUrl, custodyUrl, provenanceUrl });
  let ticking: NodeJS.Timeout | undefined;
  return {
    network,
    addresses: cluster.services.map(({ name, url }) => [name, url] as const),
    runApart: (path) => runOnCluster(path, { folder: join(home, 'twin'), adminUrl: cluster.adminUrl }),
    letGo: () => {
      const [started, at] = [performance.now(), network.clock.now().getTime()];
      ticking = setInterval(() => {
        void network.clock.set(new Date(at + Math.round(performance.now() - started)));
      }, TICK_MS);
    },
    stop: async () => {
      clearInterval(ticking);
      await cluster.stop();
    },
  };
}

// The demonstration begins its logs anew each time; a topic that holds other entries of the same logs contradicts them.
async function requireUnusedKafka(): Promise<void> {
  const settings = kafkaSettings(readEnvironment(KAFKA_VARIABLES, process.env));
  if (settings === undefined) return;
  const administration = new KafkaAdministration({ ...settings, clientId: 'lodemark-demo' });
  try {
    if (!(await administration.isUsed())) return;
  } finally {
    await administration.close();
  }
  throw new Error(
    'The Kafka cluster holds the logs of a network already. The demonstration needs an empty one: ' +
      'npm run kafka:down -- --forget, then npm run kafka:up.',
  );
}

/** Over HTTP: the topics of a Kafka cluster are one network's, and this is another network. */
async function runOnCluster(
  path: string,
  { folder, adminUrl }: { readonly folder: string; readonly adminUrl: string },
): Promise<ScenarioReport> {
  const scenario = await loadScenario(path);
  const from = new Date(scenario.startsAt);
  const cluster = await Cluster.start({
    ...{ folder, adminUrl, clockFrom: from, round: ROUND },
    name: 'twin.lodemark.example',
    prefix: 'twin',
  });
  try {
    return await new ScenarioRun(drivenCluster(cluster, from)).run(scenario);
  } finally {
    await cluster.stop();
  }
}
