import 'reflect-metadata';
import { join, resolve } from 'node:path';
import {
  createLogger,
  environmentTable,
  exitOnCrash,
  parsers,
  readEnvironment,
  stopOnSignals,
  variable,
} from '@lodemark/platform';
import { OPERATORS, type Cluster } from './cluster/cluster.js';
import { startOverKafka } from './cluster/start-over-kafka.js';
import { DEFAULT_HOME } from './site.js';
import { writeSiteFile } from './site-file.js';

/** Settings of a cluster on one machine. */
const CLUSTER_ENVIRONMENT = {
  home: variable('LODEMARK_HOME', {
    description: 'Folder under which everything of the cluster is held, in cluster/.',
    parse: parsers.text(),
    default: DEFAULT_HOME,
  }),
  network: variable('LODEMARK_NETWORK', {
    description: 'Name of the network, part of every log’s name; it can never be changed.',
    parse: parsers.text({
      pattern: /^[a-z0-9-]+(\.[a-z0-9-]+)+$/,
      syntax: 'a name without scheme, such as cluster.lodemark.example',
      maxLength: 200,
    }),
    default: 'cluster.lodemark.example',
  }),
  firstPort: variable('LODEMARK_CLUSTER_PORT', {
    description:
      'Port of the registry; provenance and the custody services have the next five, Kafka three from ten higher on.',
    parse: parsers.port(),
    default: '4801',
  }),
} as const;

/** From the registry's port to the first of Kafka's. */
const TO_KAFKA = 10;
const NAMES = ['registry', 'provenance', ...OPERATORS.map((operator) => `custody-${operator}`)];
/** Of processes that have to end one after the other, each within a minute. */
const STOP_MS = 180_000;

function welcome(cluster: Cluster, folder: string): string {
  const lines = cluster.services.map(({ name, url }) => `  ${name.padEnd(21)} ${url}/docs\n`);
  if (cluster.kafkaBrokers !== undefined)
    lines.push(
      `  ${'Kafka'.padEnd(21)} ${cluster.kafkaBrokers.join(',')}, without credentials, to look into\n`,
    );
  return `The cluster is up; everything of it is in ${resolve(folder)}, a log for each service in logs/. Ctrl-C ends it.
${lines.join('')}Next, in another terminal: LODEMARK_HOME=${folder} npx lodemark doctor
`;
}

if (process.argv.length > 2) {
  process.stdout.write(
    `npm run start:cluster takes no arguments, but environment variables:\n\n${environmentTable(CLUSTER_ENVIRONMENT)}`,
  );
  process.exit(process.argv.includes('--help') ? 0 : 2);
}

try {
  const { home, network, firstPort } = readEnvironment(CLUSTER_ENVIRONMENT, process.env);
  const folder = join(home, 'cluster');
  const logger = createLogger({ service: 'cluster', level: 'warn' });
  exitOnCrash(logger);
  process.stdout.write('Starting Kafka, Postgres, a registry, four custody services and provenance …\n');
  const ports = Object.fromEntries(NAMES.map((name, position) => [name, firstPort + position]));
  const cluster = await startOverKafka(
    { folder, name: network, ports },
    {
      environment: process.env,
      local: { port: firstPort + TO_KAFKA },
      say: (line) => process.stderr.write(`${line}\n`),
    },
  );
  await writeSiteFile(folder, {
    network,
    registryUrl: cluster.registryUrl,
    custodyUrl: cluster.custodyOf(OPERATORS[0]),
    provenanceUrl: cluster.provenanceUrl,
  });
  process.stdout.write(welcome(cluster, folder));
  stopOnSignals(() => cluster.stop(), { logger, deadlineMs: STOP_MS });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
