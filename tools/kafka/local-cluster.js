// A real Kafka on this machine, without Docker: one node or three, each a process of its own that outlives whoever
// started it. What is needed to find and stop it again stands in `cluster.json` in its folder.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import kafkajs from 'kafkajs';
import { makeCertificate } from './certificate.js';
import { classPath } from './jars.js';
import { nodeProperties } from './node-settings.js';
import { isFree, portsOf } from './ports.js';

const { Kafka, logLevel } = kafkajs;
const LOG4J = fileURLToPath(new URL('log4j2.properties', import.meta.url));
const MEMORY = ['-Xms96m', '-Xmx256m', '-XX:MaxDirectMemorySize=96m', '-XX:+UseSerialGC'];
const PATIENCE_MS = 120_000;
const GRACE_MS = 30_000;

export class LocalCluster {
  /** What stands in `cluster.json`: clusterId, users (name to password), nodes (ports, pid). */
  #state;
  #logs;

  constructor(folder, state) {
    this.folder = folder;
    this.#state = state;
    this.#logs = folder;
  }

  /** The cluster of this folder, running or not; undefined when there never was one. */
  static find(folder) {
    const file = join(folder, 'cluster.json');
    return existsSync(file) ? new LocalCluster(folder, JSON.parse(readFileSync(file, 'utf8'))) : undefined;
  }

  /**
   * Starts the cluster of this folder and waits until all its nodes answer; makes it on the first start, with a SCRAM
   * user for each name. Without `basePort` the system chooses free ports, once. The nodes' logs go to `logs`; with `tls`
   * there is a listener more, which takes credentials over TLS.
   */
  static async start(folder, { nodes = 1, users = [], basePort, logs = folder, tls = false } = {}) {
    const cluster =
      LocalCluster.find(folder) ?? (await LocalCluster.#make(folder, { nodes, users, basePort, tls }));
    cluster.#logs = logs;
    try {
      if (basePort !== undefined) await cluster.#moveTo(basePort);
      await cluster.mend();
      await cluster.#ready();
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  static async #make(folder, { nodes, users, basePort, tls }) {
    mkdirSync(folder, { recursive: true });
    const state = {
      // One that begins with a hyphen would look like an option.
      clusterId: `L${randomBytes(16).toString('base64url').slice(1)}`,
      users: Object.fromEntries(users.map((name) => [name, randomBytes(18).toString('base64url')])),
      nodes: [],
    };
    for (let node = 0; node < nodes; node += 1)
      state.nodes.push({ ports: await portsOf(node, { basePort, tls }) });
    const cluster = new LocalCluster(folder, state);
    try {
      if (tls) makeCertificate(folder);
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

  /** Where operators connect over TLS; the certificate is `CERTIFICATE` in the folder. Empty without TLS. */
  get tlsBrokers() {
    return this.#state.nodes.flatMap(({ ports }) =>
      ports.tls === undefined ? [] : `127.0.0.1:${ports.tls}`,
    );
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

  /** Starts those nodes that do not run; returns how many, and does not wait until they answer. */
  async mend() {
    const ended = [...this.#state.nodes.keys()].map((index) => index + 1).filter((id) => !this.#runs(id));
    for (const id of ended) await this.#requirePorts(id);
    for (const id of ended) this.#spawn(id);
    return ended.length;
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

  /** What another start was told; what runs stays where it is. */
  async #moveTo(basePort) {
    const { nodes } = this.#state;
    if (nodes.some((_, index) => this.#runs(index + 1))) return;
    for (const [index, node] of nodes.entries())
      node.ports = await portsOf(index, { basePort, tls: node.ports.tls !== undefined });
    for (const index of nodes.keys()) this.#writeProperties(index + 1);
    this.#save();
  }

  #writeProperties(id) {
    const file = join(this.folder, `node-${id}.properties`);
    writeFileSync(file, nodeProperties({ id, nodes: this.#state.nodes, folder: this.folder }));
    return file;
  }

  #format(id) {
    const file = this.#writeProperties(id);
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
    const out = openSync(this.#logOf(id), 'a');
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

  /** Kafka would say it too, in thirty lines of Java. */
  async #requirePorts(id) {
    for (const port of Object.values(this.#state.nodes[id - 1].ports))
      if (!(await isFree(port)))
        throw new Error(`Kafka cannot start: port ${port} is taken. Does another one run there?`);
  }

  #logOf(id) {
    return join(this.#logs, this.#logs === this.folder ? `node-${id}.log` : `kafka-${id}.log`);
  }

  #lastLines(id) {
    const file = this.#logOf(id);
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

function delay(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
