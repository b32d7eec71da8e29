import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

// Jest compiles this to CommonJS, in which Node does not find the source of a `.js`.
const { default: stopPostgres } = createRequire(import.meta.url)('./postgres.teardown.ts') as {
  default: () => Promise<void>;
};
const SCRIPT = fileURLToPath(new URL('../../tools/kafka/kafka.js', import.meta.url));

/** Stops and forgets the Kafka that the setup started, if it did. */
export default async function stopKafka(): Promise<void> {
  const name = process.env['TEST_KAFKA'];
  if (name !== undefined) {
    delete process.env['TEST_KAFKA'];
    spawnSync(process.execPath, [SCRIPT, 'down', '--forget', '--name', name]);
  }
  await stopPostgres();
}
