import 'reflect-metadata';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLogger, errorCode, stopOnSignals } from '@lodemark/platform';
import { narrate } from './demo/narrate.js';
import { heading, prose, say } from './demo/paint.js';
import { showChecks, showNo, showPass } from './demo/show-verdict.js';
import { sayComparison, sayUrls } from './demo/tell.js';
import { shippedPolicies } from './network.js';
import { RunOnClock } from './run-on-clock.js';
import { member } from './scenario/api.js';
import { loadScenario, type Scenario } from './scenario/load-scenario.js';
import { runScenarioFile } from './scenario/run-file.js';
import { ScenarioRun } from './scenario/run-scenario.js';
import { DEFAULT_HOME, SITE_FILE, startSite, type Site, type SiteOptions } from './site.js';

const INVENTED = 'Every figure, name and route here is invented: it says nothing about a real mine or plant.';
const PORTS = { registry: 4701, custody: 4702, provenance: 4703 };

const scenarioPath = (name: string) =>
  fileURLToPath(new URL(`../../../test/scenarios/${name}.yaml`, import.meta.url));

/** The golden path and its bad twin; true when every verdict is the expected one. */
async function show(site: Site, scenario: Scenario, clock: RunOnClock): Promise<boolean> {
  const { network } = site;
  heading(scenario.title);
  prose(scenario.story);
  say(`\n${INVENTED}\n`);
  const driven = {
    name: network.name,
    registryUrl: network.registryUrl,
    custodyUrl: network.custodyUrl,
    provenanceUrl: network.provenanceUrl,
    clock,
    token: network.token.bind(network),
    settle: network.settle.bind(network),
  };
  const report = await new ScenarioRun(driven, (step) => {
    const line = narrate(step);
    if (line !== undefined) say(line);
  }).run(scenario);
  heading('What the auditor is answered (figures invented)');
  prose(
    'A lot passes only when every check finds its evidence in the signed logs; “oxide”, “metal” and “sintered” are ' +
      'the countries where each element went through that stage.',
  );
  const titles = await policyTitles();
  report.answered.forEach((answer, at) => {
    showPass(answer, { titles, before: report.answered[at - 1] });
  });
  const last = report.answered.at(-1);
  if (last !== undefined) showChecks(last);
  return sayComparison(report);
}

async function policyTitles(): Promise<ReadonlyMap<string, string>> {
  return new Map((await shippedPolicies()).map(({ id, title }) => [id, title]));
}

async function showTwin(adminUrl: string): Promise<boolean> {
  const path = scenarioPath('S01-toll-separation');
  const { title, story } = await loadScenario(path);
  heading(`The bad twin: ${title} (figures invented)`);
  prose(story);
  const twin = await runScenarioFile(path, { adminUrl });
  for (const answer of twin.answered) showNo(answer, { titles: await policyTitles() });
  return sayComparison(twin);
}

/** The address of a demonstration that still runs in this folder, whose data must not be taken away. */
async function runningAt(home: string): Promise<string | undefined> {
  try {
    const registryUrl = member(JSON.parse(await readFile(join(home, SITE_FILE), 'utf8')), 'registryUrl');
    const alive = await fetch(`${String(registryUrl)}/health/live`, { signal: AbortSignal.timeout(2_000) });
    return alive.ok ? String(registryUrl) : undefined;
  } catch {
    return undefined;
  }
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

async function main(): Promise<number | undefined> {
  const home = join(process.env['LODEMARK_HOME'] ?? DEFAULT_HOME, 'demo');
  const running = await runningAt(home);
  if (running !== undefined) {
    process.stderr.write(
      `The demonstration runs already (${running}/docs): end it first, or look at that one.\n`,
    );
    return 1;
  }
  say(`Starting Postgres, registry, custody and provenance under ${home} …`);
  await rm(home, { recursive: true, force: true });
  const scenario = await loadScenario(scenarioPath('golden-path'));
  const clock = new RunOnClock(new Date(scenario.startsAt));
  const logger = createLogger({ service: 'demo', level: 'fatal' });
  const site = await startDemo({
    folder: home,
    name: 'demo.lodemark.example',
    clock,
    roundMs: 1_000,
    logger,
  });
  const shown = await show(site, scenario, clock);
  const asExpected = (await showTwin(site.postgres.adminUrl)) && shown;
  if (!asExpected || process.argv.includes('--once')) {
    await site.stop();
    return asExpected ? 0 : 1;
  }
  clock.letGo();
  await sayUrls(site.network, home);
  stopOnSignals(() => site.stop(), { logger });
  return undefined;
}

try {
  const exit = await main();
  if (exit !== undefined) process.exit(exit);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
}
