import { setTimeout as pause } from 'node:timers/promises';
import { EmbeddedPostgres } from '@lodemark/standalone';
import pg from 'pg';

const START_MS = 120_000;

/** The network's Postgres, which is killed, stopped at once and started again, always at the same port. */
export class DatabaseServer {
  private constructor(
    private readonly folder: string,
    private server: EmbeddedPostgres,
    private readonly log: (line: string) => void,
  ) {}

  static async start(folder: string, log: (line: string) => void): Promise<DatabaseServer> {
    return new DatabaseServer(folder, await EmbeddedPostgres.start({ folder, log, settings: SETTINGS }), log);
  }

  /** Straight to the server, past the proxy. */
  get adminUrl(): string {
    return this.server.adminUrl;
  }

  get port(): number {
    return this.server.port;
  }

  get pid(): number {
    return this.server.pid;
  }

  /** Ends the server as a power cut does (`SIGKILL`) or as `pg_ctl stop -m immediate` does (`SIGQUIT`). */
  async crash(signal: 'SIGKILL' | 'SIGQUIT'): Promise<void> {
    process.kill(this.server.pid, signal);
    await this.server.failed;
  }

  /** Starts it unless it runs; where that needs room on the disk, once there is some. */
  async ensureRunning(): Promise<void> {
    for (const deadline = Date.now() + START_MS; !isAlive(this.server.pid);) {
      const { port } = this.server;
      try {
        this.server = await EmbeddedPostgres.start({
          folder: this.folder,
          port,
          log: this.log,
          settings: SETTINGS,
        });
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await pause(500);
      }
    }
  }

  /** Waits until it takes connections: after a crash it recovers first. */
  async answers(): Promise<void> {
    for (const deadline = Date.now() + START_MS; ;) {
      try {
        await this.ensureRunning();
        await this.query('postgres', 'SELECT 1');
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await pause(100);
      }
    }
  }

  async query<T extends pg.QueryResultRow>(
    database: string,
    text: string,
    values: readonly unknown[] = [],
  ): Promise<T[]> {
    const client = new pg.Client({ connectionString: this.urlOf(database), connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<T>(text, [...values])).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  urlOf(database: string): string {
    const url = new URL(this.adminUrl);
    url.pathname = `/${database}`;
    return url.href;
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }
}

/** Small write-ahead logs, so that crashes also fall into checkpoints and recovery is short. */
const SETTINGS = { max_connections: '300', max_wal_size: '256MB', checkpoint_timeout: '30s' };

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
