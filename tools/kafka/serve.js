// A local Kafka that lives as long as whoever forked this: its nodes are started again when they end, and stopped when
// the parent asks for it (SIGTERM) or is gone. The parent is told over the channel, once:
//   { kafka: { brokers, operatorBrokers, users } }   it answers
//   { missing: WHY }                                 this machine has not what it takes
//   { failed: WHY }                                  it does not start
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { whatIsMissing } from './jars.js';
import { LocalCluster } from './local-cluster.js';

const LOOK_MS = 1_000;

const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    logs: { type: 'string' },
    nodes: { type: 'string', default: '1' },
    users: { type: 'string', default: '' },
    port: { type: 'string' },
  },
});

let cluster;
let looking;
let stopping = false;

/** What is asked to stop while it starts stops when it has started. */
async function stop() {
  stopping = true;
  clearTimeout(looking);
  if (cluster === undefined) return;
  await cluster.stop();
  process.exit();
}

async function start() {
  const missing = whatIsMissing();
  if (missing !== undefined) return { missing };
  const { folder, logs, nodes, users, port } = values;
  const started = { nodes: Number(nodes), users: users.split(','), logs: resolve(logs) };
  const ports = port === undefined ? {} : { basePort: Number(port) };
  cluster = await LocalCluster.start(resolve(folder), { ...started, ...ports });
  return {
    kafka: { brokers: cluster.brokers, operatorBrokers: cluster.operatorBrokers, users: cluster.users },
  };
}

async function look() {
  try {
    const ended = await cluster.mend();
    if (ended > 0) process.stderr.write(`supervisor: ${ended} node(s) had ended and are started again\n`);
  } catch (error) {
    process.stderr.write(`supervisor: ${error.message}\n`);
  }
  if (!stopping) looking = setTimeout(look, LOOK_MS);
}

process.on('SIGTERM', stop);
process.once('disconnect', stop);

try {
  const answer = await start();
  if (stopping) await stop();
  process.send(answer);
  if (cluster === undefined) process.disconnect();
  else looking = setTimeout(look, LOOK_MS);
} catch (error) {
  process.send({ failed: error.message });
  process.disconnect();
}
