import 'reflect-metadata';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLogger, stopOnSignals } from '@lodemark/platform';
import { printComparison, printTwin, printUrls, printVerdict, say, sayStep } from './demo/tell.js';
import { RunOnClock } from './run-on-clock.js';
import { loadScenario } from './scenario/load-scenario.js';
import { runScenarioFile } from './scenario/run-file.js';
import { ScenarioRun } from './scenario/run-scenario.js';
import { DEFAULT_HOME, startSite, type Site } from './site.js';

const scenarios = (name: string) =>
  fileURLToPath(new URL(`../../../test/scenarios/${name}.yaml`, import.meta.url));
const PORTS = { registry: 4701, custody: 4702, provenance: 4703 };

/** The golden path and its bad twin; true when every verdict is the expected one. */
async function show(site: Site, clock: RunOnClock): Promise<boolean> {
  const { network } = site;
  const scenario = await loadScenario(scenarios('golden-path'));
  say(`\nEvery figure, name and route below is invented.\n\n${scenario.title}\n`);
  const driven = {
    name: network.name,
    registryUrl: network.registryUrl,
    custodyUrl: network.custodyUrl,
    provenanceUrl: network.provenanceUrl,
    clock,
    token: network.token.bind(network),
    settle: network.settle.bind(network),
  };
  const report = await new ScenarioRun(driven, sayStep).run(scenario);
  for (const answer of report.answered) printVerdict(answer);
  const golden = printComparison(report);
  say('\nAnd its bad twin: the same concentrate, separated for a toll in a covered country.\n');
  const twin = await runScenarioFile(scenarios('S01-toll-separation'), { adminUrl: site.postgres.adminUrl });
  for (const answer of twin.answered) printTwin(answer);
  return printComparison(twin) && golden;
}

const home = join(process.env['LODEMARK_HOME'] ?? DEFAULT_HOME, 'demo');
try {
  say(`Starting Postgres, registry, custody and provenance under ${home} …`);
  await rm(home, { recursive: true, force: true });
  const scenario = await loadScenario(scenarios('golden-path'));
  const clock = new RunOnClock(new Date(scenario.startsAt));
  const logger = createLogger({ service: 'demo', level: 'error' });
  const site = await startSite({
    folder: home,
    name: 'demo.lodemark.example',
    ports: PORTS,
    clock,
    roundMs: 1_000,
    logger,
  });
  const asExpected = await show(site, clock);
  if (!asExpected || process.argv.includes('--once')) {
    await site.stop();
    process.exit(asExpected ? 0 : 1);
  }
  clock.letGo();
  await printUrls(site.network, home);
  stopOnSignals(() => site.stop(), { logger });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
}
