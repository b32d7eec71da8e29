import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('../../tools/kafka/kafka.js', import.meta.url));
const HOME = fileURLToPath(new URL('../../.lodemark/kafka/', import.meta.url));

/** What `tools/kafka` keeps about a cluster. */
interface ClusterState {
  readonly users: Readonly<Record<string, string>>;
  readonly nodes: readonly { readonly pid: number; readonly ports: Readonly<Record<Listener, number>> }[];
}

type Listener = 'admin' | 'operators' | 'tls';

export interface TestKafkaOptions {
  readonly nodes?: 1 | 3;
  /** A listener more, for users with credentials, over TLS. */
  readonly tls?: boolean;
}

/** A real Kafka for tests, started with the script that `npm run kafka:up` runs. */
export class TestKafka {
  private constructor(
    private readonly name: string,
    private readonly state: ClusterState,
  ) {}

  /** Starts it, or finds it running. */
  static async start(name: string, options: TestKafkaOptions = {}): Promise<TestKafka> {
    const { nodes, tls = false } = options;
    const asked = [...(nodes === undefined ? [] : ['--nodes', String(nodes)]), ...(tls ? ['--tls'] : [])];
    await run('up', '--name', name, ...asked);
    const state = await readFile(`${HOME}${name}/cluster.json`, 'utf8');
    return new TestKafka(name, JSON.parse(state) as ClusterState);
  }

  /** Without credentials, as whoever administers the cluster. */
  get brokers(): readonly string[] {
    return this.addresses('admin');
  }

  /** For users with credentials, under the access rules. */
  get operatorBrokers(): readonly string[] {
    return this.addresses('operators');
  }

  /** The same over TLS. */
  get tlsBrokers(): readonly string[] {
    return this.addresses('tls');
  }

  /** Path of the certificate with which brokers show who they are, which certifies itself. */
  get certificate(): string {
    return `${HOME}${this.name}/certificate.pem`;
  }

  /** Path of the file in which the first node keeps the records of a topic. */
  recordsOf(topic: string): string {
    return `${HOME}${this.name}/node-1/${topic}-0/00000000000000000000.log`;
  }

  credentials(username: string): {
    readonly mechanism: 'scram-sha-256';
    readonly username: string;
    readonly password: string;
  } {
    const password = this.state.users[username];
    if (password === undefined) throw new Error(`the test cluster has no user ${username}`);
    return { mechanism: 'scram-sha-256', username, password };
  }

  /** Shuts every node down; what they keep stays. */
  async stop(): Promise<void> {
    await run('down', '--name', this.name);
  }

  /** Starts it again at the same addresses. */
  async startAgain(): Promise<TestKafka> {
    return TestKafka.start(this.name);
  }

  /** Ends one node as a power cut does. */
  killNode(id: number): void {
    this.signalNode(id, 'SIGKILL');
  }

  /** Stops or wakes one node, or ends it. */
  signalNode(id: number, signal: NodeJS.Signals): void {
    const pid = this.state.nodes[id - 1]?.pid;
    if (pid === undefined) throw new Error(`the test cluster has no node ${id}`);
    process.kill(pid, signal);
  }

  async remove(): Promise<void> {
    await run('down', '--forget', '--name', this.name);
  }

  private addresses(listener: Listener): readonly string[] {
    return this.state.nodes.map(({ ports }) => `127.0.0.1:${ports[listener]}`);
  }
}

async function run(...args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [SCRIPT, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`kafka ${args.join(' ')}: ${said}`);
}
