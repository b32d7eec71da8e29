import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { kafkaSettings, KAFKA_VARIABLES, readEnvironment } from '@lodemark/platform';
import { lotCreated } from '../apps/custody/test/support/parties.js';
import { Cluster } from '../apps/standalone/src/cluster/cluster.js';
import { drivenCluster } from '../apps/standalone/src/cluster/driven.js';
import { loadScenario, type Scenario } from '../apps/standalone/src/scenario/load-scenario.js';
import { runScenarioFile } from '../apps/standalone/src/scenario/run-file.js';
import type { DrivenNetwork } from '../apps/standalone/src/scenario/network.js';
import {
  ScenarioRun,
  type Answered,
  type ScenarioReport,
} from '../apps/standalone/src/scenario/run-scenario.js';
import { isForbidden } from '../libs/feed/src/kafka/forbidden.js';
import { kafkaClient } from '../libs/feed/src/kafka/kafka-connection.js';
import { TopicWriter } from '../libs/feed/src/kafka/topic-writer.js';
import { Topics } from '../libs/feed/src/kafka/topics.js';
import type { Environment } from './support/built-service.js';
import { createDatabase, sharedServerUrl } from './support/database.js';
import { whereKafkaRuns } from './support/kafka.js';
import { said } from './support/said.js';
import { digestOf, SecondProvenance } from './support/second-provenance.js';
import { until } from './support/until.js';

const GOLDEN = fileURLToPath(new URL('scenarios/golden-path.yaml', import.meta.url));

const NEWCOMER = {
  ...{ name: 'Newcomer (invented)', country: 'KZ', steps: [{ step: 'MINE' }] },
  operating: { from: '2020-01-01' },
};

whereKafkaRuns('a network of processes with a Kafka of its own', () => {
  // Nine processes on a machine that may have two cores.
  jest.setTimeout(600_000);

  describe('a network of processes with a Kafka of its own', () => {
    let folder: string;
    let cluster: Cluster;
    let network: DrivenNetwork;
    let report: ScenarioReport;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'lodemark-cluster-'));
      const startsAt = new Date((await loadScenario(GOLDEN)).startsAt);
      cluster = await Cluster.start({
        ...{ folder, name: 'kafka.lodemark.example', clockFrom: startsAt, round: '50ms' },
        ...{ adminUrl: sharedServerUrl(), prefix: `kafka_cluster_${process.pid}`, localKafka: {} },
      });
      network = drivenCluster(cluster, startsAt);
    });

    afterAll(async () => {
      await cluster.stop();
      await rm(folder, { recursive: true, force: true });
    });

    const environmentOf = (name: string): Environment =>
      cluster.services.find((service) => service.name === name)!.environment;

    /** As the service of this name comes to Kafka. */
    const kafkaOf = (name: string) => {
      const settings = kafkaSettings(readEnvironment(KAFKA_VARIABLES, environmentOf(name)));
      return kafkaClient({ ...settings!, clientId: `${name}-test` });
    };

    /** Records on the topic of a facility's log, as provenance may see them. */
    const recordsOf = async (facility: string): Promise<number> => {
      const topics = new Topics(kafkaOf('provenance'));
      try {
        return (await topics.bounds(`lodemark.log.${facility}`))?.high ?? 0;
      } finally {
        await topics.close();
      }
    };

    async function logSize(facility: string): Promise<number> {
      const token = await cluster.token('administrator', [{ role: 'administrator' }]);
      const url = `${cluster.custodyOf(facility)}/v1/logs/${facility}/entries?limit=1`;
      const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
      return ((await answer.json()) as { size: number }).size;
    }

    it('answers the golden path as one process does, in verdicts, findings and tables', async () => {
      report = await new ScenarioRun(network).run(await loadScenario(GOLDEN));
      expect(report.compared.filter(({ agrees }) => !agrees)).toEqual([]);
      const alone = await runScenarioFile(GOLDEN, { adminUrl: sharedServerUrl() });
      expect(said(report)).toEqual(said(alone));
    });

    it('has every entry of every operator on its topic', async () => {
      for (const facility of ['kokbulak', 'src', 'euclid', 'magnet-plant'])
        await until(async () => (await recordsOf(facility)) >= (await logSize(facility)));
      expect(await logSize('src')).toBeGreaterThan(0);
    });

    it('lets no operator write the log of another, or the root log', async () => {
      const users = new Set(cluster.services.map(({ environment }) => environment['KAFKA_SASL_USERNAME']));
      expect(users.size).toBe(cluster.services.length);
      const writer = new TopicWriter(kafkaOf('custody-src'));
      const entry = { origin: 'x', index: 0, leafHash: '00', bytes: new Uint8Array([1]) };
      const refusals = [];
      for (const topic of ['lodemark.log.kokbulak', 'lodemark.root'])
        refusals.push(await writer.publish(topic, [entry]).catch((error: unknown) => error));
      await writer.close();
      expect(refusals.map(isForbidden)).toEqual([true, true]);
    });

    it('gives the same bytes as a second provenance that reads the logs where they are written', async () => {
      const database = await createDatabase('second_provenance');
      const second = await SecondProvenance.start(cluster, environmentOf('provenance'), database);
      try {
        const horizon = await cluster.settle();
        const lots = `${second.url}/v1/lots?limit=1&horizon=${horizon}`;
        const headers = { authorization: `Bearer ${await auditor()}` };
        await until(async () => (await fetch(lots, { headers })).ok);
        for (const answered of report.answered) {
          const first = await bytesOf(cluster.provenanceUrl, answered);
          expect(first.status).toBe(201);
          expect(await bytesOf(second.url, answered)).toEqual(first);
        }
      } finally {
        await second.stop();
      }
      const digests = await Promise.all([
        digestOf(environmentOf('provenance')),
        digestOf(second.environment),
      ]);
      expect(new Set(digests).size).toBe(1);
      await database.drop();
    });

    function auditor(): Promise<string> {
      const period = { from: '2000-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' };
      const engagement = { lots: '*', facilities: '*', ...period } as const;
      return cluster.token('auditor', [{ role: 'auditor', engagement }]);
    }

    /** The answer to a question of the scenario at the horizon at which it was answered first. */
    async function bytesOf(url: string, { step, verdict }: Answered) {
      const { size } = (verdict as { horizon: { size: number } }).horizon;
      const { ask: lot, policy, question = {} } = step;
      const answer = await fetch(`${url}/v1/verdicts`, {
        method: 'POST',
        headers: { authorization: `Bearer ${await auditor()}`, 'content-type': 'application/json' },
        body: JSON.stringify({ lot, policy, question, horizon: size }),
      });
      return { status: answer.status, text: await answer.text() };
    }

    it('takes in a facility that is registered while it runs', async () => {
      const at = network.clock.now().toISOString();
      const [organization, facility] = ['newcomer-org', 'newcomer'];
      const { occurredAt: _, ...said } = lotCreated(facility);
      const { v: _v, type, facility: _f, eventId: _id, ...fields } = said;
      const steps = [
        { organization, fields: { legalName: 'Newcomer', kind: 'operator', incorporatedIn: 'KZ' } },
        { facility, key: 'custodial', fields: { organization, ...NEWCOMER } },
        { event: 'mined', at, facility, type, fields },
      ] as unknown as Scenario['steps'];
      const newcomer = { id: 'newcomer', title: '', story: '', startsAt: at, steps };
      const { compared } = await new ScenarioRun(network).run(newcomer);
      expect(compared.filter(({ agrees }) => !agrees)).toEqual([]);
      await until(async () => (await logSize('newcomer')) > 0);
      await until(async () => (await recordsOf('newcomer')) >= (await logSize('newcomer')));
    });
  });
});
