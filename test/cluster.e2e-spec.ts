import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Cluster } from '../apps/standalone/src/cluster/cluster.js';
import { drivenCluster } from '../apps/standalone/src/cluster/driven.js';
import { callOk } from '../apps/standalone/src/scenario/api.js';
import { loadScenario } from '../apps/standalone/src/scenario/load-scenario.js';
import { runScenarioFile } from '../apps/standalone/src/scenario/run-file.js';
import { ScenarioRun } from '../apps/standalone/src/scenario/run-scenario.js';
import { sharedServerUrl } from './support/database.js';
import { said } from './support/said.js';
import { until } from './support/until.js';

// Seven processes on a machine that may run other suites beside them.
jest.setTimeout(600_000);

const GOLDEN = fileURLToPath(new URL('scenarios/golden-path.yaml', import.meta.url));

describe('a network of processes: a registry, four custody services and provenance', () => {
  let folder: string;
  let cluster: Cluster;
  let startsAt: Date;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lodemark-cluster-'));
    startsAt = new Date((await loadScenario(GOLDEN)).startsAt);
    cluster = await Cluster.start({
      folder,
      name: 'cluster.lodemark.example',
      adminUrl: sharedServerUrl(),
      prefix: `cluster_${process.pid}`,
      clockFrom: startsAt,
      round: '50ms',
    });
  });

  afterAll(async () => {
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('answers the golden path as one process does, in verdicts, findings and tables', async () => {
    const scenario = await loadScenario(GOLDEN);
    const report = await new ScenarioRun(drivenCluster(cluster, startsAt)).run(scenario);
    expect(report.compared.filter(({ agrees }) => !agrees)).toEqual([]);
    const alone = await runScenarioFile(GOLDEN, { adminUrl: sharedServerUrl() });
    expect(said(report)).toEqual(said(alone));
  });

  it('issues a certificate on what passes, which its root log records', async () => {
    const token = await cluster.token('officer', [{ role: 'administrator' }]);
    const url = `${cluster.provenanceUrl}/v1/certificates`;
    const body = { lot: 'magnet-plant/MAG-0033', policy: 'WC-3' };
    const { certificates } = (await callOk(url, { method: 'POST', token, body })) as {
      certificates: { id: string; outcome: string }[];
    };
    expect(certificates).toMatchObject([{ outcome: 'PASS' }]);
    await cluster.settle();
    const bundle = await fetch(`${url}/${certificates[0]!.id.split('/').at(-1)!}/bundle`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(bundle.status).toBe(200);
  });

  it('keeps the log of each operator’s facility with that operator', async () => {
    const kept = new Set(['kokbulak', 'src', 'euclid', 'magnet-plant'].map((one) => cluster.custodyOf(one)));
    expect(kept.size).toBe(4);
    const elsewhere = await fetch(`${cluster.custodyOf('src')}/v1/logs/kokbulak/checkpoint`);
    expect(elsewhere.status).toBe(404);
  });

  it('starts a service again that was killed, at the address that it had, and goes on', async () => {
    const custody = cluster.services.find(({ name }) => name === 'custody-euclid')!;
    const [url, pid] = [custody.url, custody.pid!];
    process.kill(pid, 'SIGKILL');
    await until(() => Promise.resolve(custody.pid !== undefined && custody.pid !== pid));
    await until(async () => (await fetch(`${url}/health/live`).catch(() => undefined))?.status === 200);
    expect(custody.url).toBe(url);
    await cluster.settle();
    expect(await readFile(join(folder, 'logs', 'custody-euclid.log'), 'utf8')).toContain('supervisor:');
  });
  it('settles when services were killed a moment ago, once they are back', async () => {
    const killed = ['registry', 'provenance', 'custody-src'].map((name) =>
      cluster.services.find((service) => service.name === name)!,
    );
    for (const { pid } of killed) process.kill(pid!, 'SIGKILL');
    expect(await cluster.settle()).toBeGreaterThan(0);
    expect(killed.map(({ pid }) => pid)).not.toContain(undefined);
  });
});
