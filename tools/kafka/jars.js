// Kafka's jars, gathered once by Maven and kept under .lodemark/kafka.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const POM = fileURLToPath(new URL('pom.xml', import.meta.url));
/** Of Kafka 4.x servers. */
const JAVA = 17;

/** A registry that does not answer must not hold up a test run for ever. */
const GATHERING_MS = 10 * 60_000;

/** Where everything about the local Kafka is kept; git ignores it. */
export const KAFKA_HOME = fileURLToPath(new URL('../../.lodemark/kafka', import.meta.url));

/** Why Kafka cannot run on this machine, in a few words; undefined when it can. */
export function whatIsMissing() {
  const java = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const major = Number(/version "(\d+)/.exec(java.stderr ?? '')?.[1]);
  if (java.error !== undefined || Number.isNaN(major)) return `Java ${JAVA} or newer is not installed`;
  if (major < JAVA) return `Java ${major} is installed, and Kafka needs ${JAVA} or newer`;
  if (existsSync(jarFolder())) return undefined;
  return spawnSync('mvn', ['-version']).error === undefined ? undefined : 'Maven is not installed';
}

/** The class path of Kafka's programs. Takes a minute the first time. Throws when Maven fails. */
export function classPath() {
  const folder = jarFolder();
  if (!existsSync(folder)) gather(folder);
  return join(folder, '*');
}

function jarFolder() {
  const version = /<kafka.version>([^<]+)</.exec(readFileSync(POM, 'utf8'))?.[1];
  return join(KAFKA_HOME, `jars-${version}`);
}

function gather(folder) {
  // Into a folder of its own first: what was interrupted must not look complete, and two may gather at once.
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(dirname(folder), { recursive: true });
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${unfinished}`];
  const { status, error, stdout } = spawnSync('mvn', ['-B', '-q', '-ntp', '-f', POM, ...goal], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: GATHERING_MS,
  });
  if (status !== 0) {
    rmSync(unfinished, { recursive: true, force: true });
    throw new Error(`Maven could not gather Kafka's jars: ${error?.message ?? stdout}`);
  }
  if (existsSync(folder)) rmSync(unfinished, { recursive: true, force: true });
  else renameSync(unfinished, folder);
}
