import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { WorkerAnswer, WorkerRequest } from './contention-worker.js';

/** The worker was killed before it answered: whether the post was recorded is unknown. */
export class WorkerKilled extends Error {}

const PROGRAM = fileURLToPath(new URL('contention-worker.ts', import.meta.url));
const LOADER = new URL('../../../test/support/typescript-loader.js', import.meta.url).href;

interface Waiting {
  readonly resolve: (answer: WorkerAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** One life of a worker. */
class Life {
  private readonly waiting = new Map<number, Waiting>();
  private nextId = 0;

  private constructor(readonly child: ChildProcess) {
    child.on('message', (message: WorkerAnswer | 'ready') => {
      if (message === 'ready') return;
      this.waiting.get(message.id)?.resolve(message);
      this.waiting.delete(message.id);
    });
    child.on('exit', () => {
      for (const { reject } of this.waiting.values()) reject(new WorkerKilled());
      this.waiting.clear();
    });
  }

  static async begin(url: string): Promise<Life> {
    const child = fork(PROGRAM, [url], { execArgv: ['--conditions=source', '--import', LOADER] });
    const life = new Life(child);
    const said = await Promise.race([once(child, 'message'), once(child, 'exit')]);
    if (said[0] !== 'ready') throw new Error('The worker did not start.');
    return life;
  }

  post(request: Omit<WorkerRequest, 'id'>): Promise<WorkerAnswer> {
    const id = (this.nextId += 1);
    return new Promise((resolve, reject) => {
      if (this.child.exitCode !== null || this.child.signalCode !== null) {
        reject(new WorkerKilled());
        return;
      }
      this.waiting.set(id, { resolve, reject });
      this.child.send({ ...request, id }, (error) => {
        if (error) reject(new WorkerKilled());
      });
    });
  }

  async end(): Promise<void> {
    const exited = once(this.child, 'exit');
    if (this.child.kill('SIGKILL')) await exited;
  }
}

/** A custody process of its own, which can be killed and comes back. */
export class WorkerProcess {
  private life: Promise<Life>;

  constructor(private readonly url: string) {
    this.life = Life.begin(url);
  }

  /** @throws WorkerKilled when it was killed before it answered */
  async post(request: Omit<WorkerRequest, 'id'>): Promise<WorkerAnswer> {
    return (await this.life).post(request);
  }

  async ready(): Promise<void> {
    await this.life;
  }

  /** kill -9 in the middle of whatever it is doing; resolves when another one has taken its place. */
  async killAndRestart(): Promise<void> {
    const { life } = this;
    this.life = life.then(async (old) => {
      await old.end();
      return Life.begin(this.url);
    });
    await this.life;
  }

  async stop(): Promise<void> {
    await (await this.life).end();
  }
}
