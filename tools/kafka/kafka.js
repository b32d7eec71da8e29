// npm run kafka:up [-- --nodes 3] and npm run kafka:down [-- --forget]: a local Kafka for development, demos and
// small sites; under another name also one for tests. With KAFKA_BROKERS set that cluster is taken instead of a local
// one, and only asked whether it answers.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import kafkajs from 'kafkajs';
import { CERTIFICATE } from './certificate.js';
import { KAFKA_HOME, whatIsMissing } from './jars.js';
import { LocalCluster } from './local-cluster.js';

const USAGE = `usage: kafka.js up [--nodes 1|3] [--tls] [--name NAME] | down [--forget] [--name NAME]
  up    starts the local Kafka, or finds it running, and says where it answers
  down  stops it; --forget also removes what it kept
  --tls   when it is made: a listener more, which takes credentials over TLS
  --name  another one than "local", on ports that the system chooses`;
const LOCAL = 'local';
const BASE_PORT = 19_092;
/** Who has credentials: the services of the demonstration network. */
const USERS = ['registry', 'kokbulak', 'src', 'euclid', 'magnet-plant', 'provenance'];

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    nodes: { type: 'string' },
    name: { type: 'string', default: LOCAL },
    tls: { type: 'boolean', default: false },
    forget: { type: 'boolean', default: false },
  },
});
const folder = join(KAFKA_HOME, values.name);

try {
  const [command, ...rest] = positionals;
  if (rest.length > 0 || !/^[a-z0-9-]+$/.test(values.name)) throw new Error(USAGE);
  if (command === 'up') await up(values.nodes);
  else if (command === 'down') await down(values.forget);
  else throw new Error(USAGE);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

async function up(wanted) {
  if (process.env.KAFKA_BROKERS && values.name === LOCAL)
    return useGiven(process.env.KAFKA_BROKERS.split(','));
  if (wanted !== undefined && wanted !== '1' && wanted !== '3') throw new Error(USAGE);
  const missing = whatIsMissing();
  if (missing !== undefined)
    throw new Error(`${missing}. Set KAFKA_BROKERS to use a Kafka that runs elsewhere.`);
  const found = LocalCluster.find(folder);
  if (found !== undefined && values.tls && found.tlsBrokers.length === 0)
    throw new Error('The local Kafka has no TLS. To begin anew: npm run kafka:down -- --forget');
  if (found !== undefined && wanted !== undefined && found.size !== Number(wanted)) {
    throw new Error(
      `The local Kafka has ${found.size} node(s). To begin anew: npm run kafka:down -- --forget`,
    );
  }
  const running = found !== undefined && (await found.answers());
  const ports = values.name === LOCAL ? { basePort: BASE_PORT } : {};
  const started = { nodes: Number(wanted ?? 1), users: USERS, tls: values.tls, ...ports };
  const cluster = running ? found : await LocalCluster.start(folder, started);
  process.stdout.write(`Kafka ${running ? 'was running already' : 'runs'}. For services and tools:
  KAFKA_BROKERS=${cluster.brokers.join(',')}
With the access rules of an operator, by SCRAM-SHA-256 (passwords are in ${join(folder, 'cluster.json')}):
  KAFKA_BROKERS=${cluster.operatorBrokers.join(',')}
`);
  if (cluster.tlsBrokers.length > 0)
    process.stdout.write(`The same over TLS:
  KAFKA_BROKERS=${cluster.tlsBrokers.join(',')} KAFKA_SSL=true KAFKA_SSL_CA=${join(folder, CERTIFICATE)}
`);
}

async function down(forget) {
  const cluster = LocalCluster.find(folder);
  if (cluster === undefined) process.stdout.write('There is no local Kafka.\n');
  else if (forget) await cluster.remove();
  else await cluster.stop();
}

async function useGiven(brokers) {
  const { Kafka, logLevel } = kafkajs;
  const admin = new Kafka({ brokers, clientId: 'lodemark-kafka-up', logLevel: logLevel.NOTHING }).admin();
  try {
    await admin.connect();
    const { brokers: seen } = await admin.describeCluster();
    process.stdout.write(
      `KAFKA_BROKERS is set: nothing was started. ${seen.length} broker(s) answer there.\n`,
    );
  } catch (error) {
    throw new Error(`KAFKA_BROKERS is set, and no Kafka answers there: ${error.message}`, { cause: error });
  } finally {
    await admin.disconnect();
  }
}
