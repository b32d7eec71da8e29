import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export type ServiceName = 'registry' | 'custody' | 'provenance';
export type Environment = Readonly<Record<string, string>>;

/** How a command of a service ended, and what it printed. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A service as it is shipped: compiled, in a process of its own. `npm test` builds before it tests. */
export class BuiltService {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  get pid(): number {
    const { pid } = this.child;
    if (pid === undefined) throw new Error('the process did not start');
    return pid;
  }

  /** Starts it and waits until it listens. @throws Error with its log when it ends before that */
  static async serve(service: ServiceName, environment: Environment): Promise<BuiltService> {
    const child = start(service, 'serve', environment);
    let log = '';
    const url = await new Promise<string>((resolve, reject) => {
      const look = (chunk: Buffer) => {
        log += chunk.toString();
        const found = /"url":"(http:[^"]+)"/.exec(log)?.[1];
        if (found !== undefined) resolve(found);
      };
      child.stdout?.on('data', look);
      child.stderr?.on('data', look);
      child.once('exit', () => reject(new Error(log)));
    });
    // What it goes on to log is read and dropped: gathered and searched anew for every line, it took more of the
    // processor than the service that a benchmark measures.
    child.stdout?.removeAllListeners('data').resume();
    child.stderr?.removeAllListeners('data').resume();
    return new BuiltService(child, url);
  }

  /** Runs another command of the service to its end. */
  static async run(service: ServiceName, command: string, environment: Environment): Promise<Ended> {
    const child = start(service, command, environment);
    const text = { out: '', err: '' };
    child.stdout?.on('data', (chunk: Buffer) => (text.out += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (text.err += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];
    return { code, ...text };
  }

  /** Ends it as a power cut does: nothing of it runs any more. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Asks it to stop, and gives its exit code. */
  async stop(): Promise<number | null> {
    return this.end('SIGTERM');
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    const ended = once(this.child, 'exit') as Promise<[number | null]>;
    this.child.kill(signal);
    return (await ended)[0];
  }
}

/** `SERVICE_NODE_OPTIONS=--cpu-prof` profiles services under a benchmark; they must be stopped, not killed. */
function nodeOptions(): string[] {
  return (process.env['SERVICE_NODE_OPTIONS'] ?? '').split(' ').filter((option) => option !== '');
}

function start(service: ServiceName, command: string, environment: Environment): ChildProcess {
  const main = fileURLToPath(new URL(`../../apps/${service}/dist/main.js`, import.meta.url));
  return spawn(process.execPath, [...nodeOptions(), main, command], {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
