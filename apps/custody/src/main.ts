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
import { MIGRATION_ENVIRONMENT, readCustodyConfig } from './config.js';
import { createCustody } from './custody.js';
import { migrateCustody } from './database/migrate-custody.js';

const USAGE = `usage: main.js [serve | migrate]
  serve    takes requests (the default)
  migrate  creates or upgrades the tables, as their owner`;

const COMMANDS = {
  serve: serveCustody,
  migrate: () => migrateCustody(readEnvironment(MIGRATION_ENVIRONMENT, process.env)),
};

async function serveCustody(): Promise<void> {
  const { custody: config, host, port, unreadyMs, drainMs, logLevel } = readCustodyConfig(process.env);
  const logger = createLogger({ service: 'custody', level: logLevel });
  exitOnCrash(logger);
  const custody = await createCustody(config, { logger, ...parentClock() });
  const running = await serve(custody.app, { host, port, unreadyMs, drainMs });
  stopOnSignals(() => running.stop(), { logger, deadlineMs: unreadyMs + drainMs + STOPPING_MS });
}

/** Milliseconds for what comes after the last request: the ledger's queue, the round under way. */
const STOPPING_MS = 30_000;

await runCommand(USAGE, COMMANDS);
