import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { createLogger, DrivenClock } from '@lodemark/platform';
import pg from 'pg';
import { Network } from '../network.js';
import { loadScenario } from './load-scenario.js';
import { ScenarioRun, type ScenarioReport } from './run-scenario.js';
import type { ScenarioStep } from './scenario-file.js';

export interface RunOptions {
  /** Administrator of the Postgres server on which the scenario gets a network of its own. */
  readonly adminUrl: string;
  /** Called with the network before each step. */
  readonly onStep?: (step: ScenarioStep, network: Network, clock: DrivenClock) => void | Promise<void>;
  /** Every step has a round, and so checkpoints, of its own. */
  readonly roundEachStep?: boolean;
  /** Called with the network as the scenario leaves it, before it is taken away. */
  readonly after?: (network: Network, clock: DrivenClock) => Promise<void>;
}

/** Runs one scenario file on a fresh network with a driven clock, through the HTTP APIs, and takes all of it away. */
export async function runScenarioFile(
  path: string,
  { adminUrl, onStep, roundEachStep, after }: RunOptions,
): Promise<ScenarioReport> {
  const scenario = await loadScenario(path);
  const folder = await mkdtemp(join(tmpdir(), 'lodemark-scenario-'));
  const prefix = `scenario_${randomBytes(5).toString('hex')}`;
  const clock = new DrivenClock(new Date(scenario.startsAt));
  const logger = createLogger({ service: 'scenario', level: 'fatal' });
  try {
    const network = await Network.start({
      adminUrl,
      folder,
      name: 'scenario.lodemark.example',
      prefix,
      clock,
      roundMs: 0,
      logger,
    });
    try {
      const onEach = (step: ScenarioStep) => onStep?.(step, network, clock);
      const options = { onStep: onEach, roundEachStep };
      const report = await new ScenarioRun({ ...driven(network), clock }, options).run(scenario);
      await after?.(network, clock);
      return report;
    } finally {
      await network.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
    await dropNetwork(adminUrl, prefix);
  }
}

function driven(network: Network) {
  return {
    name: network.name,
    registryUrl: network.registryUrl,
    custodyOf: () => network.custodyUrl,
    provenanceUrl: network.provenanceUrl,
    token: (...asked: Parameters<Network['token']>) => network.token(...asked),
    settle: () => network.settle(),
  };
}

/** Removes the databases and roles of a network that is stopped. */
async function dropNetwork(adminUrl: string, prefix: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    for (const service of ['registry', 'custody', 'provenance']) {
      await client.query(
        `DROP DATABASE IF EXISTS ${client.escapeIdentifier(`${prefix}_${service}`)} WITH (FORCE)`,
      );
      for (const role of [`${prefix}_${service}`, `${prefix}_${service}_owner`])
        await client.query(`DROP ROLE IF EXISTS ${client.escapeIdentifier(role)}`);
    }
  } finally {
    await client.end();
  }
}
