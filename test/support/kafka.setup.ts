import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

// Jest compiles this to CommonJS, in which Node does not find the source of a `.js`.
const { default: startPostgres } = createRequire(import.meta.url)('./postgres.setup.ts') as {
  default: () => Promise<void>;
};
const SCRIPT = fileURLToPath(new URL('../../tools/kafka/kafka.js', import.meta.url));
const HOME = fileURLToPath(new URL('../../.lodemark/kafka/', import.meta.url));

/**
 * Starts one Kafka for the run beside the Postgres. Where it cannot be had, this says so in one line and the suites
 * are skipped; in CI that is a failure, because there nobody would miss them.
 */
export default async function startKafka(): Promise<void> {
  await startPostgres();
  forgetAbandoned();
  const reason = startCluster(`test-${process.pid}`);
  if (reason === undefined) return;
  if (process.env['CI'] === 'true') throw new Error(`The tests against Kafka cannot run: ${reason}`);
  process.stderr.write(`The tests against Kafka do not run: ${reason}\n`);
}

/** Stops what test runs left that were killed: their clusters carry the number of the process that wanted them. */
function forgetAbandoned(): void {
  for (const name of existsSync(HOME) ? readdirSync(HOME) : []) {
    const pid = /^(?:test|restart|three|network|tls|damaged)-([0-9]+)$/.exec(name)?.[1];
    if (pid !== undefined && !lives(Number(pid)))
      spawnSync(process.execPath, [SCRIPT, 'down', '--forget', '--name', name]);
  }
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Why it does not run, in one line; undefined when it does. */
function startCluster(name: string): string | undefined {
  if (process.env['LODEMARK_NO_KAFKA'] === '1') return 'LODEMARK_NO_KAFKA is 1.';
  const { status, stderr } = spawnSync(process.execPath, [SCRIPT, 'up', '--name', name], {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (status !== 0) return stderr.trim().split('\n')[0] ?? 'it does not start.';
  process.env['TEST_KAFKA'] = name;
  return undefined;
}
