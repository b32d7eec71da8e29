import { execFileSync } from 'node:child_process';
import { realpathSync, symlinkSync, unlinkSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, systemClock, type Clock } from '@lodemark/platform';
import { Backup } from '../../../test/support/backup.js';
import { EmbeddedPostgres } from '../../standalone/src/postgres/embedded-postgres.js';
import { startSite, type Site } from '../../standalone/src/site.js';
import { runLodemark } from '../src/program.js';

/** What one run of the command left behind. */
export interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly terminal?: boolean;
  /** Its abortion is somebody pressing Ctrl-C. */
  readonly interruption?: AbortSignal;
  /** Default: the system's. */
  readonly clock?: Clock;
}

/** Runs the command in this process. */
export async function lodemark(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { env = {}, stdin = '', terminal = false, clock = systemClock } = options;
  let out = '';
  let err = '';
  const exit = await runLodemark(argv, {
    env,
    stdin: chunksOf(stdin),
    out: { isTerminal: terminal, write: (text) => (out += text) },
    err: { isTerminal: terminal, write: (text) => (err += text) },
    now: () => clock.now(),
    onInterrupt: (callback) => {
      options.interruption?.addEventListener('abort', callback);
      return () => options.interruption?.removeEventListener('abort', callback);
    },
  });
  return { exit, out, err };
}

async function* chunksOf(text: string): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield Buffer.from(text);
}

/** A site of its own in a folder of its own, as `npm start` makes it. */
export class TestSite {
  private constructor(
    private readonly top: string,
    readonly home: string,
    private running: Site,
    private readonly clock: Clock,
  ) {}

  static async start(clock: Clock = systemClock): Promise<TestSite> {
    const top = await mkdtemp(join(tmpdir(), 'lodemark-cli-'));
    // The embedded server may run as another user than the tests.
    await chmod(top, 0o755);
    const home = join(top, 'site');
    await mkdir(home, { mode: 0o700 });
    return new TestSite(top, home, await begin(home, clock), clock);
  }

  get site(): Site {
    return this.running;
  }

  /** A backup of a service's database, made while the site stands still. */
  async backUp(service: 'custody' | 'registry'): Promise<Backup> {
    let backup: Backup | undefined;
    const [name, serviceRole] = [`lodemark_${service}`, `lodemark_${service}`];
    await this.restart(async (adminUrl) => {
      backup = await Backup.of({ adminUrl, name, serviceRole });
    });
    return backup!.on(this.running.postgres.adminUrl);
  }

  /** Stops the site, lets its databases be changed, and starts it again. */
  async restart(meanwhile: (adminUrl: string) => Promise<void>): Promise<void> {
    await this.running.stop();
    const postgres = await EmbeddedPostgres.start({ folder: join(this.home, 'postgres') });
    await meanwhile(postgres.adminUrl).finally(() => postgres.stop());
    this.running = await begin(this.home, this.clock);
  }

  /** What whoever runs a site can do: a second one with the same keys and the same past, and witnesses of its own. */
  async second(): Promise<TestSite> {
    const top = await mkdtemp(join(tmpdir(), 'lodemark-cli-'));
    await chmod(top, 0o755);
    const home = join(top, 'site');
    await this.running.stop();
    copyOfHome(this.home, home);
    this.running = await begin(this.home, this.clock);
    for (const witness of ['witness-1', 'witness-2'])
      for (const kept of [witness, `${witness}.key`]) await rm(join(home, kept), { recursive: true });
    return new TestSite(top, home, await begin(home, this.clock), this.clock);
  }

  /** A file beside the site. */
  path(name: string): string {
    return join(this.top, name);
  }

  run(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
    return lodemark(argv, {
      clock: this.clock,
      ...options,
      env: { LODEMARK_HOME: this.home, ...options.env },
    });
  }

  async stop(): Promise<void> {
    await this.running.stop();
    // Root's databases lie elsewhere, and only a link to them beside the rest.
    await rm(realpathSync(join(this.home, 'postgres')), { recursive: true, force: true });
    await rm(this.top, { recursive: true, force: true });
  }
}

/** With its databases, wherever they lie, and by a program that leaves to the server's user what belongs to it. */
function copyOfHome(from: string, to: string): void {
  execFileSync('cp', ['-a', from, to]);
  const [cluster, copy] = [realpathSync(join(from, 'postgres')), join(to, 'postgres')];
  if (cluster === join(from, 'postgres')) return;
  const besides = `${cluster}-second`;
  execFileSync('cp', ['-a', cluster, besides]);
  unlinkSync(copy);
  symlinkSync(besides, copy);
}

function begin(folder: string, clock: Clock): Promise<Site> {
  const logger = createLogger({ service: 'test', level: 'fatal' });
  return startSite({ folder, name: 'cli.lodemark.example', roundMs: 200, clock, logger });
}
