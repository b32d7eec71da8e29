import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { callOk, member } from '../../apps/standalone/src/scenario/api.js';
import { auditLogs } from './check/audit-logs.js';
import { check, type Evidence } from './check/check.js';
import type { Finding } from './check/finding.js';
import { gather } from './check/gather.js';
import { readTopics } from './check/read-topics.js';
import { faultDeck } from './faults/fault-deck.js';
import { Journal } from './journal.js';
import { Load } from './load/load.js';
import { Disk } from './network/disk.js';
import { startKafka } from './network/kafka-under-test.js';
import { FACILITIES, NetworkUnderTest } from './network/network-under-test.js';
import type { ChaosOptions } from './options.js';
import { outcomeOf } from './report/outcome.js';
import { printOutcome } from './report/print-outcome.js';
import { say } from './report/say.js';
import { runFaults } from './run-faults.js';
import { Undoing } from './undoing.js';

const WARM_UP_MS = 3_000;

/** One run from an empty network to its report. Resolves with whether nothing was wrong. */
export async function runChaos(options: ChaosOptions): Promise<boolean> {
  const undoing = new Undoing();
  undoing.onSignals();
  try {
    return await run(options, undoing);
  } finally {
    await undoing.undo();
  }
}

async function run(options: ChaosOptions, undoing: Undoing): Promise<boolean> {
  const base = await mkdtemp(join(tmpdir(), 'lodemark-chaos-'));
  say(`journal and logs are in ${base}, and stay there if anything is wrong`);
  const disk = await Disk.make(base);
  undoing.add(() => disk.remove());
  if (!disk.canBeFilled || !disk.canBeStopped) say(`NOT HAD: the disk of Postgres is ${disk.description}`);
  const kafka = await startKafka(`chaos-${process.pid}`, undoing);
  say(
    `seed ${options.seed}; starting a network of registry, ${FACILITIES.length} custody services, provenance`,
  );
  const network = await NetworkUnderTest.start({ folder: join(base, 'network'), disk, kafka, undoing });
  const genesis = await callOk(`${network.cluster.registryUrl}/v1/root/genesis`);
  const journal = new Journal(join(base, 'journal.ndjson'));
  const began = Date.now();
  const findings = await underLoad({ network, journal, options });
  const minutes = (Date.now() - began) / 60_000;
  say('no more load and no more faults; now everything is read and checked');
  await network.cluster.settle();
  const evidence = await evidenceOf(network, journal.path, String(member(genesis, 'logKey')));
  findings.push(...(await check(evidence)), ...(await auditLogs(network, evidence.root)));
  const outcome = outcomeOf(evidence, findings);
  printOutcome(
    {
      ...{ seed: options.seed, commit: commitOf(), machine: machine(), minutes },
      ...{ kafka: kafka === undefined ? 'none' : 'three brokers', disk: disk.description },
    },
    outcome,
  );
  if (outcome.findings.length > 0) return false;
  undoing.last(() => rm(base, { recursive: true, force: true }));
  return true;
}

interface Loaded {
  readonly network: NetworkUnderTest;
  readonly journal: Journal;
  readonly options: ChaosOptions;
}

async function underLoad({ network, journal, options }: Loaded): Promise<Finding[]> {
  const load = new Load(network, journal, options.seed);
  load.start();
  await pause(WARM_UP_MS);
  const deck = faultDeck(network, load.sender, options.seed);
  const findings = await runFaults({ deck, journal, acceptance: load.acceptance, options });
  await load.stop();
  await load.resolve();
  journal.close();
  return findings;
}

async function evidenceOf(network: NetworkUnderTest, journal: string, rootKey: string): Promise<Evidence> {
  const found = await gather(network, journal, rootKey);
  const travelling = [
    { origin: found.root.origin, topic: 'lodemark.root', size: found.root.entries.length },
    ...[...found.logs].map(([facility, { origin, entries }]) => ({
      ...{ origin, topic: `lodemark.log.${facility}`, size: entries.length },
    })),
  ];
  const topics = network.kafka === undefined ? [] : await readTopics(network.kafka.brokers, travelling);
  return { ...found, topics };
}

function commitOf(): string {
  try {
    const git = (...args: readonly string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim();
    const isClean = git('status', '--porcelain') === '';
    return `${git('rev-parse', '--short=12', 'HEAD')}${isClean ? '' : ' with changes'}`;
  } catch {
    return 'unknown';
  }
}

function machine(): string {
  const memory = (totalmem() / 1024 ** 3).toFixed(0);
  const model = cpus()[0]?.model ?? 'processors';
  return `${availableParallelism()} x ${model}, ${memory} GiB, ${process.platform}, Node ${process.version}`;
}
