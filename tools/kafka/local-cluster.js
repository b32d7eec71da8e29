// A real Kafka on this machine, without Docker: one node or three, each a process of its own that outlives whoever
// started it. What is needed to find and stop it again stands in `cluster.json` in its folder.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import kafkajs from 'kafkajs';
import { classPath } from './jars.js';
import { nodeProperties } from './node-settings.js';

const { Kafka, logLevel } = kafkajs;
const LOG4J = fileURLToPath(new URL('log4j2.properties', import.meta.url));
const MEMORY = ['-Xms96m', '-Xmx256m', '-XX:MaxDirectMemorySize=96m', '-XX:+UseSerialGC'];
const PATIENCE_MS = 120_000;
const GRACE_MS = 30_000;

export class LocalCluster {
  /** What stands in `cluster.json`: clusterId, users (name to password), nodes (ports, pid). */
  #state;

  constructor(folder, state) {
    this.folder = folder;
    this.#state = state;
  }

  /** The cluster of this folder, running or not; undefined when there never was one. */
  static find(folder) {
    const file = join(folder, 'cluster.json');
    return existsSync(file) ? new LocalCluster(folder, JSON.parse(readFileSync(file, 'utf8'))) : undefined;
  }

  /**
   * Starts the cluster of this folder and waits until all its nodes answer; makes it on the first start, with a SCRAM
   * user for each name. Without `basePort` the system chooses free ports.
   */
  static async start(folder, { nodes = 1, users = [], basePort } = {}) {
    const cluster =
      LocalCluster.find(folder) ?? (await LocalCluster.#make(folder, { nodes, users, basePort }));
    try {
      for (const [index] of cluster.#state.nodes.entries()) cluster.#spawn(index + 1);
      await cluster.#ready();
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  static async #make(folder, { nodes, users, basePort }) {
    mkdirSync(folder, { recursive: true });
    const state = {
      // One that begins with a hyphen would look like an option.
      clusterId: `L${randomBytes(16).toString('base64url').slice(1)}`,
      users: Object.fromEntries(users.map((name) => [name, randomBytes(18).toString('base64url')])),
      nodes: [],
    };
    for (let node = 0; node < nodes; node += 1) state.nodes.push({ ports: await portsOf(node, basePort) });
    const cluster = new LocalCluster(folder, state);
    try {
      for (let id = 1; id <= nodes; id += 1) cluster.#format(id);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
    cluster.#save();
    return cluster;
  }

  /** Where administrators and brokers connect, without credentials. */
  get brokers() {
    return this.#state.nodes.map(({ ports }) => `127.0.0.1:${ports.admin}`);
  }

  /** Where operators connect, with theirs. */
  get operatorBrokers() {
    return this.#state.nodes.map(({ ports }) => `127.0.0.1:${ports.operators}`);
  }

  get size() {
    return this.#state.nodes.length;
  }

  get users() {
    return { ...this.#state.users };
  }

  /** Whether all nodes run and answer. */
  async answers() {
    return this.#state.nodes.every((_, index) => this.#runs(index + 1)) && this.#sees(this.size);
  }

  /** Ends one node as a power cut does. */
  async killNode(id) {
    await this.#end(id, 'SIGKILL');
  }

  /** Starts a node that was ended, and waits until the cluster is whole again. */
  async startNode(id) {
    this.#spawn(id);
    await this.#ready();
  }

  /** Stops every node in order; what they keep stays. */
  async stop() {
    await Promise.all(this.#state.nodes.map((_, index) => this.#end(index + 1, 'SIGTERM')));
  }

  /** Stops every node and forgets what they kept. */
  async remove() {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #format(id) {
    const file = join(this.folder, `node-${id}.properties`);
    const data = join(this.folder, `node-${id}`);
    writeFileSync(file, nodeProperties({ id, nodes: this.#state.nodes, folder: data }));
    const users = Object.entries(this.#state.users).flatMap(([name, password]) => [
      '--add-scram',
      `SCRAM-SHA-256=[name=${name},password=${password}]`,
    ]);
    const args = ['kafka.tools.StorageTool', 'format', '-t', this.#state.clusterId, '-c', file, ...users];
    const { status, stdout, stderr } = spawnSync('java', [...jvm(), ...args], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`Kafka's storage could not be formatted: ${stdout}${stderr}`);
  }

  #spawn(id) {
    if (this.#runs(id)) return;
    const out = openSync(join(this.folder, `node-${id}.log`), 'a');
    const args = [...jvm(), 'kafka.Kafka', join(this.folder, `node-${id}.properties`)];
    const child = spawn('java', args, { detached: true, stdio: ['ignore', out, out] });
    child.on('error', () => undefined);
    child.unref();
    this.#state.nodes[id - 1].pid = child.pid;
    this.#save();
  }

  async #ready() {
    for (const deadline = Date.now() + PATIENCE_MS; !(await this.#sees(this.size));) {
      const ended = this.#state.nodes.findIndex((_, index) => !this.#runs(index + 1)) + 1;
      if (ended > 0) throw new Error(`Kafka's node ${ended} ended: ${this.#lastLines(ended)}`);
      if (Date.now() > deadline) throw new Error(`Kafka does not answer: ${this.#lastLines(1)}`);
      await delay(100);
    }
  }

  /** Whether a broker answers that so many have joined; that a port is open says less. */
  async #sees(count) {
    const admin = new Kafka({
      ...{ brokers: this.brokers, clientId: 'lodemark-local-cluster', logLevel: logLevel.NOTHING },
      ...{ connectionTimeout: 1_000, requestTimeout: 5_000, retry: { retries: 0 } },
    }).admin();
    try {
      await admin.connect();
      const { brokers, controller } = await admin.describeCluster();
      return brokers.length === count && controller !== null && controller >= 0;
    } catch {
      return false;
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
  }

  async #end(id, signal) {
    const { pid } = this.#state.nodes[id - 1];
    if (!this.#runs(id)) return;
    process.kill(pid, signal);
    for (const deadline = Date.now() + GRACE_MS; this.#runs(id);) {
      if (Date.now() > deadline) process.kill(pid, 'SIGKILL');
      await delay(50);
    }
  }

  /** Asks for the command line as well: the number may belong to another process by now. */
  #runs(id) {
    const { pid } = this.#state.nodes[id - 1];
    if (pid === undefined) return false;
    const { stdout } = spawnSync('ps', ['-o', 'stat=,args=', '-ww', '-p', String(pid)], { encoding: 'utf8' });
    return !/^\s*Z/.test(stdout) && stdout.includes(join(this.folder, `node-${id}.properties`));
  }

  #lastLines(id) {
    const file = join(this.folder, `node-${id}.log`);
    return existsSync(file)
      ? readFileSync(file, 'utf8').split('\n').slice(-15).join('\n')
      : 'it wrote no log';
  }

  /** For its owner alone: it has the users' passwords. */
  #save() {
    writeFileSync(join(this.folder, 'cluster.json'), JSON.stringify(this.#state, null, 2), { mode: 0o600 });
  }
}

function jvm() {
  return [...MEMORY, '-Djava.awt.headless=true', `-Dlog4j2.configurationFile=${LOG4J}`, '-cp', classPath()];
}

async function portsOf(node, basePort) {
  if (basePort === undefined) {
    const [admin, operators, controller] = await freePorts(3);
    return { admin, operators, controller };
  }
  const first = basePort + 10_000 * node;
  return { admin: first, controller: first + 1, operators: first + 2 };
}

/** All are held until all are known, so that none is given out twice. */
async function freePorts(count) {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer();
      return new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(0, '127.0.0.1', () => resolve(server));
      });
    }),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function delay(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
