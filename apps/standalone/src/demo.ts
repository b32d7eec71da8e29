import 'reflect-metadata';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createLogger, stopOnSignals } from '@lodemark/platform';
import { narrate } from './demo/narrate.js';
import { heading, prose, say } from './demo/paint.js';
import { checkPapers, writePapers } from './demo/papers.js';
import { showChecks, showNo, showPass } from './demo/show-verdict.js';
import { clusterStage, siteStage } from './demo/stages.js';
import { sayComparison, sayUrls } from './demo/tell.js';
import { shippedPolicies } from './publish-policies.js';
import { member } from './scenario/api.js';
import { loadScenario, type Scenario } from './scenario/load-scenario.js';
import type { DrivenNetwork } from './scenario/network.js';
import { ScenarioRun, type ScenarioReport } from './scenario/run-scenario.js';
import { DEFAULT_HOME } from './site.js';
import { SITE_FILE } from './site-file.js';

const INVENTED = 'Every figure, name and route here is invented: it says nothing about a real mine or plant.';

const scenarioPath = (name: string) =>
  fileURLToPath(new URL(`../../../test/scenarios/${name}.yaml`, import.meta.url));

/** The golden path; true when every verdict is the expected one. */
async function show(network: DrivenNetwork, scenario: Scenario): Promise<boolean> {
  heading(scenario.title);
  prose(scenario.story);
  say(`\n${INVENTED}\n`);
  const report = await new ScenarioRun(network, {
    onStep: (step) => {
      const line = narrate(step);
      if (line !== undefined) say(line);
    },
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

/** The bad twin, on a network of its own. */
async function showTwin(run: (path: string) => Promise<ScenarioReport>): Promise<boolean> {
  const path = scenarioPath('S01-toll-separation');
  const { title, story } = await loadScenario(path);
  heading(`The bad twin: ${title} (figures invented)`);
  prose(story);
  const twin = await run(path);
  const titles = await policyTitles();
  for (const answer of twin.answered) showNo(answer, { titles });
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

const USAGE = `npm run demo [-- OPTION…]
  --once     end after the papers are verified, instead of staying to be looked at
  --cluster  every service a process of its own, with Kafka between them (needs Java and Maven)
`;

function options() {
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({ options: { once: flag, cluster: flag, help: { ...flag, short: 'h' } } }).values;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    return undefined;
  }
}

async function main(): Promise<number | undefined> {
  const asked = options();
  if (asked === undefined) return BAD_USAGE;
  if (asked.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const home = join(process.env['LODEMARK_HOME'] ?? DEFAULT_HOME, 'demo');
  const running = await runningAt(home);
  if (running !== undefined) {
    process.stderr.write(
      `The demonstration runs already (${running}/docs): end it first, or look at that one.\n`,
    );
    return 1;
  }
  const what = asked.cluster
    ? 'Kafka, Postgres, a registry, four custody services'
    : 'Postgres, registry, custody';
  say(`Starting ${what} and provenance under ${home} …`);
  await rm(home, { recursive: true, force: true });
  const scenario = await loadScenario(scenarioPath('golden-path'));
  const from = new Date(scenario.startsAt);
  const stage = asked.cluster ? await clusterStage(home, from) : await siteStage(home, from);
  const shown = await show(stage.network, scenario);
  const asExpected = (await showTwin(stage.runApart)) && shown;
  const papers = await writePapers(stage.network, home, { lot: 'magnet-plant/MAG-0033', policy: 'WC-3' });
  if (!asExpected || asked.once) {
    await stage.stop();
    const proven = papers === undefined || (await checkPapers(papers));
    return asExpected && proven ? 0 : 1;
  }
  stage.letGo();
  await sayUrls(stage, home, papers);
  const logger = createLogger({ service: 'demo', level: 'fatal' });
  stopOnSignals(() => stage.stop(), { logger, deadlineMs: STOP_MS });
  return undefined;
}

/** Of a cluster's processes, which end one after the other. */
const STOP_MS = 180_000;
/** As `npm run scenarios` says it. */
const BAD_USAGE = 2;

try {
  const exit = await main();
  if (exit !== undefined) process.exit(exit);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
