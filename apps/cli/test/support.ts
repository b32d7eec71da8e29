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

  /** A backup of the custody service's database, made while the site stands still. */
  async backUpCustody(): Promise<Backup> {
    await this.running.stop();
    const postgres = await EmbeddedPostgres.start({ folder: join(this.home, 'postgres') });
    const [name, serviceRole] = ['lodemark_custody', 'lodemark_custody'];
    const { adminUrl } = postgres;
    const backup = await Backup.of({ adminUrl, name, serviceRole }).finally(() => postgres.stop());
    this.running = await begin(this.home, this.clock);
    return backup.on(this.running.postgres.adminUrl);
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
    await rm(this.top, { recursive: true, force: true });
  }
}

function begin(folder: string, clock: Clock): Promise<Site> {
  const logger = createLogger({ service: 'test', level: 'fatal' });
  return startSite({ folder, name: 'cli.lodemark.example', roundMs: 200, clock, logger });
}
