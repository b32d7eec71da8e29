// From the log to Kafka to provenance's cursor, against Kafka's own ProducerPerformance on the same broker.
// npm run bench -- relay [--entries 50000]
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { KafkaFeed, type FeedEntry } from '@lodemark/feed';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { TestKafka } from '../support/test-kafka.js';
import { conclude, perSecond, say } from './figures.js';
import { FACILITY, FilledNetwork } from './filled-network.js';
import { producerPerformance } from './producer-performance.js';

const { values } = parseArgs({ options: { entries: { type: 'string', default: '50000' } } });
const size = Number(values.entries);
const TOPIC = `lodemark.log.${FACILITY}`;
const PEER = 'producer-performance';
const LOOK_MS = 10;
const SETTLE_MS = 5_000;

async function endOf(admin: Admin): Promise<number> {
  const [bounds] = await admin.fetchTopicOffsets(TOPIC).catch(() => []);
  return Number(bounds?.high ?? 0);
}

async function emptyTopic(admin: Admin): Promise<void> {
  if ((await admin.listTopics()).includes(TOPIC)) await admin.deleteTopics({ topics: [TOPIC] });
  while ((await admin.listTopics()).includes(TOPIC)) await pause(LOOK_MS);
  await admin.createTopics({ topics: [{ topic: TOPIC }], waitForLeaders: true });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The relays of the custody service's logs, in a process of their own. */
function startRelays(network: FilledNetwork, brokers: readonly string[]): () => void {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const options = {
    connection: { brokers, clientId: 'lodemark-custody' },
    databaseUrl: network.custody.database.serviceUrl,
  };
  const loader = `--import=${new URL('../support/typescript-loader.js', import.meta.url).href}`;
  const program = `${root}libs/feed/test/relay-process.ts`;
  const child = spawn(
    process.execPath,
    [
      '--conditions=source',
      '--disable-warning=ExperimentalWarning',
      loader,
      program,
      JSON.stringify(options),
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  return () => child.kill('SIGKILL');
}

/** From the last look at an empty topic to the first at which all entries are acknowledged. */
async function relayAlone(network: FilledNetwork, brokers: readonly string[], admin: Admin): Promise<number> {
  await emptyTopic(admin);
  const stop = startRelays(network, brokers);
  try {
    for (let begun = performance.now(); ;) {
      const end = await endOf(admin);
      if (end >= size) return (1_000 * size) / (performance.now() - begun);
      if (end === 0) begun = performance.now();
      await pause(LOOK_MS);
    }
  } finally {
    stop();
  }
}

/** From the first entries that a consumer gets to the last; it only counts them. */
async function feedAlone(network: FilledNetwork, brokers: readonly string[]): Promise<number> {
  const feed = new KafkaFeed({ connection: { brokers, clientId: 'lodemark-bench' } });
  let first: { readonly at: number; readonly count: number } | undefined;
  try {
    return await new Promise((resolve) => {
      feed.follow(
        network.origin,
        { index: 0 },
        {
          apply: (batch: readonly FeedEntry[]) => {
            const [at, next] = [performance.now(), (batch.at(-1)?.index ?? 0) + 1];
            first ??= { at, count: next };
            if (next >= size) resolve((1_000 * (next - first.count)) / (at - first.at));
            return Promise.resolve();
          },
          heldLeaves: () => Promise.resolve([]),
          settle: () => Promise.resolve({ kind: 'held-stands' }),
        },
      );
    });
  } finally {
    await feed.close();
  }
}

async function whole(network: FilledNetwork, brokers: readonly string[], admin: Admin): Promise<number> {
  const provenance = await network.site.addProvenance({ KAFKA_BROKERS: brokers.join(',') });
  // What custody does not answer cannot come by another way than Kafka.
  await network.custody.stop();
  await emptyTopic(admin);
  await provenance.serve();
  await pause(SETTLE_MS);
  const stop = startRelays(network, brokers);
  try {
    return (1_000 * size) / (await network.timeToHold(provenance));
  } finally {
    stop();
    await provenance.stop();
  }
}

const kafka = await TestKafka.start(`bench-${process.pid}`);
const { brokers } = kafka;
const admin = new Kafka({ brokers: [...brokers], clientId: 'bench', logLevel: logLevel.NOTHING }).admin();
await admin.connect();
const network = await FilledNetwork.start();
try {
  const filling = await perSecond(size, () => network.fillTo(size));
  const bytes = await network.entryBytes();
  say(`filled the log with ${size} entries of ${bytes} bytes, ${filling.toFixed(0)} entries/s`);
  await admin.createTopics({ topics: [{ topic: PEER }], waitForLeaders: true });
  const peer = { brokers, topic: PEER, records: Math.max(size, 100_000), bytes };
  const before = await producerPerformance(peer);
  const relay = await relayAlone(network, brokers, admin);
  const feed = await feedAlone(network, brokers);
  const ours = await whole(network, brokers, admin);
  const after = await producerPerformance(peer);
  const micros = (rate: number) => `${rate.toFixed(0)} entries/s, ${(1e6 / rate).toFixed(0)} µs each`;
  say(`ProducerPerformance: ${before.toFixed(0)} records/s before, ${after.toFixed(0)} after`);
  say(`log → Kafka, acknowledged (relay alone): ${micros(relay)}`);
  say(`Kafka → entries in order and intact (feed alone): ${micros(feed)}`);
  say(`log → Kafka → provenance’s cursor (signatures checked, written, committed): ${micros(ours)}`);
  conclude({ name: 'relay', ours, baseline: (before + after) / 2, unit: 'entries/s', wanted: '>= 0.5' });
} finally {
  await network.stop();
  await admin.disconnect();
  await kafka.remove();
}
