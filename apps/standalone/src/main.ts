import 'reflect-metadata';
import { resolve } from 'node:path';
import {
  createLogger,
  environmentTable,
  errorCode,
  exitOnCrash,
  LOG_LEVELS,
  parsers,
  readEnvironment,
  stopOnSignals,
  variable,
} from '@lodemark/platform';
import { JUDGE_APART_FROM } from '@lodemark/provenance';
import type { Network } from './network.js';
import { DEFAULT_HOME, startSite } from './site.js';

/** Settings of a site on one machine; every one of them is documented by this table. */
export const SITE_ENVIRONMENT = {
  home: variable('LODEMARK_HOME', {
    description: 'Folder that holds everything of this site.',
    parse: parsers.text(),
    default: DEFAULT_HOME,
  }),
  network: variable('LODEMARK_NETWORK', {
    description: 'Name of the network, part of every log’s name; it can never be changed.',
    parse: parsers.text({
      pattern: /^[a-z0-9-]+(\.[a-z0-9-]+)+$/,
      syntax: 'a name without scheme, such as local.lodemark.example',
      maxLength: 200,
    }),
    default: 'local.lodemark.example',
  }),
  host: variable('LODEMARK_HOST', {
    description: 'Address to listen on.',
    parse: parsers.text(),
    default: '127.0.0.1',
  }),
  registryPort: variable('LODEMARK_REGISTRY_PORT', {
    description: 'Port of the registry.',
    parse: parsers.port(),
    default: '4701',
  }),
  custodyPort: variable('LODEMARK_CUSTODY_PORT', {
    description: 'Port of the custody service.',
    parse: parsers.port(),
    default: '4702',
  }),
  provenancePort: variable('LODEMARK_PROVENANCE_PORT', {
    description: 'Port of the provenance service.',
    parse: parsers.port(),
    default: '4703',
  }),
  logLevel: variable('LODEMARK_LOG_LEVEL', {
    description: 'Quietest level that is logged; info has a line for every request.',
    parse: parsers.oneOf(...LOG_LEVELS),
    default: 'warn',
  }),
} as const;

function welcome({ registryUrl, custodyUrl, provenanceUrl }: Network, home: string): string {
  const name = home === DEFAULT_HOME ? '' : `LODEMARK_HOME=${home} `;
  return `Lodemark is up; everything of this site is in ${resolve(home)}. Ctrl-C ends it.
  registry     ${registryUrl}/docs
  custody      ${custodyUrl}/docs
  provenance   ${provenanceUrl}/docs
Next, in another terminal: ${name}npx lodemark doctor, then ${name}npx lodemark join --help
`;
}

/** Why a site cannot start, in words that say what to do. */
function explained(error: unknown): string {
  const { message, port } = Object(error) as { readonly message?: unknown; readonly port?: unknown };
  if (errorCode(error) === 'EADDRINUSE')
    return (
      `Port ${String(port)} is taken: does another site run, or the demonstration? End it, or choose other ports with ` +
      'LODEMARK_REGISTRY_PORT, LODEMARK_CUSTODY_PORT and LODEMARK_PROVENANCE_PORT (and another LODEMARK_HOME).'
    );
  return typeof message === 'string' ? message : String(error);
}

if (process.argv.length > 2) {
  // Nothing is taken but settings; whoever tries --help does not want a site.
  process.stdout.write(
    `npm start takes no arguments, but environment variables:\n\n${environmentTable(SITE_ENVIRONMENT)}`,
  );
  process.exit(process.argv.includes('--help') ? 0 : 2);
}

try {
  const env = readEnvironment(SITE_ENVIRONMENT, process.env, { prefix: 'LODEMARK_' });
  const logger = createLogger({ service: 'standalone', level: env.logLevel });
  exitOnCrash(logger);
  const site = await startSite({
    folder: env.home,
    name: env.network,
    host: env.host,
    ports: { registry: env.registryPort, custody: env.custodyPort, provenance: env.provenancePort },
    judgeApartFrom: JUDGE_APART_FROM,
    logger,
  });
  void site.postgres.failed.then((reason) => {
    logger.fatal({ reason }, 'the database ended');
    process.exit(1);
  });
  process.stdout.write(welcome(site.network, env.home));
  stopOnSignals(() => site.stop(), { logger });
} catch (error) {
  process.stderr.write(`${explained(error)}\n`);
  process.exit(1);
}
