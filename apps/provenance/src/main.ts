import 'reflect-metadata';
import {
  createLogger,
  exitOnCrash,
  parentClock,
  readEnvironment,
  runCommand,
  serve,
  stopInFailure,
  stopOnSignals,
} from '@lodemark/platform';
import { MIGRATION_ENVIRONMENT, readProvenanceConfig } from './config.js';
import { createProvenance } from './create-provenance.js';
import { migrateProvenance } from './database/migrate.js';
import type { Provenance } from './provenance.js';

const USAGE = `usage: main.js [serve | migrate | rebuild | digest]
  serve    follows the logs and answers (the default)
  migrate  creates or upgrades the tables, as their owner
  rebuild  makes the read model anew from the logs, and prints its digest before and after
  digest   prints the digest of the read model`;

const COMMANDS = {
  serve: serveProvenance,
  migrate: () => migrateProvenance(readEnvironment(MIGRATION_ENVIRONMENT, process.env)),
  rebuild: () => once(async (provenance) => print(await provenance.rebuild('logs'))),
  digest: () => once(async (provenance) => print({ digest: await provenance.digest() })),
};

async function serveProvenance(): Promise<void> {
  const {
    provenance: config,
    serviceToken,
    host,
    port,
    unreadyMs,
    drainMs,
    logLevel,
  } = readProvenanceConfig(process.env);
  const logger = createLogger({ service: 'provenance', level: logLevel });
  exitOnCrash(logger);
  let stop = () => Promise.resolve();
  const provenance = await createProvenance(config, {
    logger,
    ...parentClock(),
    ...(serviceToken === undefined ? {} : { serviceToken }),
    onFeedExhausted: (err) => {
      logger.fatal(
        { err },
        'the logs cannot be followed any more; whoever supervises this process starts another',
      );
      void stopInFailure(stop, { logger });
    },
  });
  const running = await serve(provenance.app, { host, port, unreadyMs, drainMs });
  stop = () => running.stop();
  stopOnSignals(stop, { logger });
}

async function once(work: (provenance: Provenance) => Promise<void>): Promise<void> {
  const { provenance: config, serviceToken } = readProvenanceConfig(process.env);
  const logger = createLogger({ service: 'provenance', level: 'error' });
  const provenance = await createProvenance(config, {
    logger,
    ...(serviceToken === undefined ? {} : { serviceToken }),
  });
  try {
    await work(provenance);
  } finally {
    await provenance.close();
  }
}

function print(answer: object): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

await runCommand(USAGE, COMMANDS);
