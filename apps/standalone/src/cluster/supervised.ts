import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isClockMessage } from '@lodemark/platform';

export type ServiceName = 'registry' | 'custody' | 'provenance';
export type Environment = Readonly<Record<string, string>>;

export interface SupervisedOptions {
  readonly service: ServiceName;
  /** What tells it from others of its kind, in messages and log names. */
  readonly name: string;
  readonly environment: Environment;
  /** Everything that it prints is added here. */
  readonly logFile: string;
}

const START_MS = 60_000;
const STOP_MS = 60_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** After this long on its feet, the next crash counts as the first again. */
const STEADY_MS = 60_000;

/** A built service in a process of its own, started again when it ends unasked, always at the same address. */
export class Supervised {
  private child: ChildProcess | undefined;
  private address = '';
  private stopping = false;
  private crashes = 0;
  private clockAt: number | undefined;
  private readonly log: WriteStream;

  private constructor(private readonly options: SupervisedOptions) {
    this.log = createWriteStream(options.logFile, { flags: 'a' });
  }

  /** Starts it and waits until it listens. @throws Error with what it printed */
  static async start(options: SupervisedOptions): Promise<Supervised> {
    const supervised = new Supervised(options);
    await supervised.launch();
    return supervised;
  }

  get url(): string {
    return this.address;
  }

  get name(): string {
    return this.options.name;
  }

  /** What it was started with; its port may be another by now. */
  get environment(): Environment {
    return this.options.environment;
  }

  /** Of the process that runs now; undefined between a crash and the next start. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Moves the process's clock, if it was started on one that is driven, and waits until it stands there. */
  async setClock(at: Date): Promise<void> {
    this.clockAt = at.getTime();
    const { child } = this;
    if (child?.connected !== true) return;
    const answered = new Promise<void>((resolve) => {
      const done = () => {
        child.off('message', onMessage);
        child.off('exit', done);
        resolve();
      };
      const onMessage = (message: unknown) => {
        if (isClockMessage(message) && message.clock === at.getTime()) done();
      };
      child.on('message', onMessage);
      child.on('exit', done);
    });
    child.send({ clock: at.getTime() });
    await answered;
  }

  /** Asks it to stop; ends it after a minute. */
  async stop(): Promise<void> {
    this.stopping = true;
    const { child } = this;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const last = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await ended;
      clearTimeout(last);
    }
    this.log.end();
  }

  private async launch(): Promise<void> {
    const { service, environment } = this.options;
    const started = Date.now();
    const child = fork(mainOf(service), ['serve'], {
      // In a process group of its own: Ctrl-C is for the parent, which stops all services in order.
      detached: true,
      env: { PATH: process.env['PATH'] ?? '', ...environment, ...this.kept() },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.child = child;
    child.stdout?.pipe(this.log, { end: false });
    child.stderr?.pipe(this.log, { end: false });
    this.address = await listening(child, this.options.name);
    child.once('exit', () => void this.ended(Date.now() - started));
  }

  /** Its address and its clock as they were, for a process that takes the place of another. */
  private kept(): Environment {
    const port = this.address === '' ? undefined : new URL(this.address).port;
    return {
      ...(port === undefined ? {} : { [`${this.options.service.toUpperCase()}_PORT`]: port }),
      ...(this.clockAt === undefined ? {} : { LODEMARK_PARENT_CLOCK: new Date(this.clockAt).toISOString() }),
    };
  }

  private isStopping(): boolean {
    return this.stopping;
  }

  private async ended(afterMs: number): Promise<void> {
    this.child = undefined;
    if (afterMs > STEADY_MS) this.crashes = 0;
    while (!this.isStopping()) {
      const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.crashes);
      this.crashes += 1;
      this.log.write(`supervisor: ${this.options.name} ended; it is started again in ${String(pause)} ms\n`);
      await new Promise((resolve) => setTimeout(resolve, pause));
      if (this.isStopping()) return;
      try {
        await this.launch();
        return;
      } catch (error) {
        this.log.write(`supervisor: ${String(error)}\n`);
      }
    }
  }
}

/** Runs another command of a service to its end, and gives what it printed. @throws Error when it fails */
export async function runService(
  service: ServiceName,
  command: string,
  environment: Environment,
): Promise<string> {
  const child = fork(mainOf(service), [command], {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let [out, err] = ['', ''];
  child.stdout?.on('data', (part: Buffer) => (out += part.toString()));
  child.stderr?.on('data', (part: Buffer) => (err += part.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${service} ${command} ended with ${String(code)}: ${err}${out}`);
  return out;
}

function mainOf(service: ServiceName): string {
  return fileURLToPath(new URL(`../../../${service}/dist/main.js`, import.meta.url));
}

/** The address that the service prints once it listens. */
function listening(child: ChildProcess, name: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const late = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${name} did not start: ${printed}`));
    }, START_MS);
    const onPart = (part: Buffer) => {
      printed += part.toString();
      const url = /"url":"(http:[^"]+)"/.exec(printed)?.[1];
      if (url === undefined) return;
      clearTimeout(late);
      child.stdout?.off('data', onPart);
      resolve(url);
    };
    child.stdout?.on('data', onPart);
    child.stderr?.on('data', (part: Buffer) => (printed += part.toString()));
    child.once('exit', () => {
      clearTimeout(late);
      reject(new Error(`${name} did not start: ${printed}`));
    });
  });
}
