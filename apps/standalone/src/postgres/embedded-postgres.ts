import { spawn, type ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { usableBinaries, type Binaries } from './binaries.js';
import { ensureCluster, spawnOptions, SUPERUSER } from './cluster.js';
import { lastingPlace, temporaryPlace, type Place } from './place.js';
import { claim, DataFolderInUse, starterName } from './postmaster.js';
import { unrefStream, watchStarter } from './watcher.js';

export interface EmbeddedPostgresOptions {
  /** Where the cluster is kept; without it the cluster is temporary and removed when it stops. */
  readonly folder?: string;
  /** A loopback port; a free one is taken when absent. */
  readonly port?: number;
  /** Whether commits are forced to the disk; false only where losing everything does not matter. Default true. */
  readonly fsync?: boolean;
  /** Further server settings, such as `max_connections`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Receives the server's log, line by line. */
  readonly log?: (line: string) => void;
}

const START_ATTEMPTS = 20;
const FAST_SHUTDOWN_MS = 60_000;
const LOG_LINES_KEPT = 100;

/**
 * A Postgres server of our own on a loopback port, which lives no longer than the process that started it. Started
 * by root it runs as another user, and finds a place that this user can reach.
 */
export class EmbeddedPostgres {
  private stopping = false;
  /** `postgres://` address of the maintenance database, as superuser. */
  readonly adminUrl: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves with the reason when the server ends without having been stopped here. */
  readonly failed: Promise<string>;

  private constructor(
    /** Where the cluster really is, which may be elsewhere than wanted. */
    readonly folder: string,
    password: string,
    private readonly server: RunningServer,
  ) {
    this.port = server.port;
    this.pid = server.pid;
    this.adminUrl = `postgres://${SUPERUSER}:${password}@127.0.0.1:${server.port}/postgres`;
    this.failed = failure(server);
  }

  /** Starts a server and resolves when it takes connections; rejects with `DataFolderInUse` where one runs already. */
  static async start(options: EmbeddedPostgresOptions = {}): Promise<EmbeddedPostgres> {
    const temporary = options.folder === undefined;
    const place = options.folder === undefined ? await temporaryPlace() : await lastingPlace(options.folder);
    try {
      const binaries = await usableBinaries(place.homes, place.user);
      const password = await ensureCluster(place, binaries, options.fsync ?? true);
      const server = await startServer(place, binaries, options);
      return new EmbeddedPostgres(place.folder, password, server);
    } catch (cause) {
      if (temporary) await rm(place.folder, { recursive: true, force: true });
      throw cause;
    }
  }

  /** Shuts the server down cleanly, ending its sessions; a temporary cluster is removed. Calling it again does nothing. */
  async stop(): Promise<void> {
    if (this.stopping) return this.server.ended.then(() => undefined);
    this.stopping = true;
    this.server.stopping = true;
    await shutDown(this.server);
    if (this.server.removeAfter !== undefined) {
      await rm(this.server.removeAfter, { recursive: true, force: true });
    }
  }
}

interface RunningServer {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly port: number;
  readonly ended: Promise<string>;
  readonly removeAfter: string | undefined;
  stopping: boolean;
}

async function startServer(
  place: Place,
  binaries: Binaries,
  options: EmbeddedPostgresOptions,
): Promise<RunningServer> {
  let reason = '';
  for (let attempt = 0; attempt < START_ATTEMPTS; attempt++) {
    await claim(place);
    const port = options.port ?? (await freePort());
    const outcome = await launch(place, binaries, { ...options, port });
    if (typeof outcome !== 'string') return outcome;
    reason = outcome;
    if (/lock file "postmaster\.pid" already exists/.test(reason)) await delay(200);
    else if (/shared memory block .* is still in use/.test(reason)) await delay(500);
    else if (options.port !== undefined || !/could not (bind|create any TCP)/.test(reason)) break;
  }
  if (/lock file "postmaster\.pid" already exists/.test(reason)) {
    throw new DataFolderInUse(place.folder, undefined, undefined);
  }
  throw new Error(`Postgres did not start in ${place.folder}: ${reason}`);
}

/** A server that takes connections, or the log of one that ended before it did. */
async function launch(
  place: Place,
  binaries: Binaries,
  options: EmbeddedPostgresOptions & { readonly port: number },
): Promise<RunningServer | string> {
  const child = spawn(binaries.postgres, serverArguments(place, options), {
    ...spawnOptions(place),
    // A session of its own: Ctrl-C in the terminal is for the services, which stop their server last.
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const log: string[] = [];
  const ready = readiness(child, (line) => {
    log.push(line);
    if (log.length > LOG_LINES_KEPT) log.shift();
    options.log?.(line);
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (cause) => resolve(cause.message));
    child.once('exit', (code, signal) => {
      // Sessions that outlive a killed server for a moment hold its log open; they are not waited for long.
      const tell = () => resolve(`${signal ?? `exit ${code}`}; ${log.join('; ')}`);
      child.once('close', tell);
      setTimeout(tell, 1000).unref();
    });
  });
  const { pid } = child;
  if (pid === undefined) return ended;
  const removeAfter = options.folder === undefined ? place.folder : undefined;
  const watcher = watchStarter(place, pid, removeAfter);
  void ended.then(() => watcher?.kill('SIGKILL'));
  const outcome = await Promise.race([ready, ended]);
  if (outcome !== undefined) return outcome;
  child.unref();
  unrefStream(child.stderr);
  return { child, pid, port: options.port, ended, removeAfter, stopping: false };
}

function serverArguments(
  place: Place,
  options: EmbeddedPostgresOptions & { readonly port: number },
): string[] {
  const fsync = options.fsync ?? true;
  const settings = {
    cluster_name: starterName(),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: fsync ? 'on' : 'off',
    full_page_writes: fsync ? 'on' : 'off',
    synchronous_commit: 'on',
    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
    logging_collector: 'off',
    log_destination: 'stderr',
    ...options.settings,
  };
  const flags = Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
  return ['-D', place.data, '-p', String(options.port), ...flags];
}

function readiness(child: ChildProcess, onLine: (line: string) => void): Promise<undefined> {
  return new Promise((resolve) => {
    if (child.stderr === null) return;
    createInterface({ input: child.stderr }).on('line', (line) => {
      onLine(line);
      if (line.includes('database system is ready to accept connections')) resolve(undefined);
    });
  });
}

async function shutDown({ child, ended }: RunningServer): Promise<void> {
  child.ref();
  if (process.platform === 'win32') child.kill();
  else child.kill('SIGINT');
  const slow = new AbortController();
  const patience = delay(FAST_SHUTDOWN_MS, 'slow', { signal: slow.signal }).catch(() => '');
  if ((await Promise.race([ended, patience])) === 'slow') child.kill('SIGQUIT');
  await ended;
  slow.abort();
}

function failure(server: RunningServer): Promise<string> {
  return new Promise((resolve) => {
    void server.ended.then((reason) => {
      if (!server.stopping) resolve(reason);
    });
  });
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', resolve);
  });
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
