import 'reflect-metadata';
import {
  createLogger,
  exitOnCrash,
  parentClock,
  readEnvironment,
  runCommand,
  serve,
  stopOnSignals,
} from '@lodemark/platform';
import { MIGRATION_ENVIRONMENT, readRegistryConfig } from './config.js';
import { migrateRegistry } from './register/migrate-registry.js';
import { createRegistry } from './registry.js';

const USAGE = `usage: main.js [serve | init | migrate]
  serve    takes requests (the default); makes keys and genesis on the first start
  init     makes keys and genesis if they are not there, and prints what verifiers pin
  migrate  creates or upgrades the tables, as their owner`;

const COMMANDS = {
  serve: serveRegistry,
  init: initRegistry,
  migrate: () => migrateRegistry(readEnvironment(MIGRATION_ENVIRONMENT, process.env)),
};

async function serveRegistry(): Promise<void> {
  const { registry: config, host, port, unreadyMs, drainMs, logLevel } = readRegistryConfig(process.env);
  const logger = createLogger({ service: 'registry', level: logLevel });
  exitOnCrash(logger);
  const registry = await createRegistry(config, { logger, ...parentClock() });
  const { origin, genesis, logKey } = registry;
  logger.info({ origin, genesis, logKey }, 'root log opened');
  const running = await serve(registry.app, { host, port, unreadyMs, drainMs });
  stopOnSignals(() => running.stop(), { logger });
}

async function initRegistry(): Promise<void> {
  const { registry: config } = readRegistryConfig(process.env);
  const logger = createLogger({ service: 'registry', level: 'error' });
  const registry = await createRegistry(
    { ...config, roundMs: 0, kafka: undefined },
    { logger, ...parentClock() },
  );
  const { origin, genesis, logKey } = registry;
  process.stdout.write(`${JSON.stringify({ origin, genesis, logKey })}\n`);
  await registry.close();
}

await runCommand(USAGE, COMMANDS);
