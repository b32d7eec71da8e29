import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '@lodemark/standalone';

/** A Postgres server that a test stops and starts again, at the same address and with the same cluster. */
export class RestartablePostgres {
  private constructor(
    private readonly folder: string,
    private server: EmbeddedPostgres,
  ) {}

  static async start(): Promise<RestartablePostgres> {
    const folder = await mkdtemp(join(tmpdir(), 'lodemark-postgres-'));
    return new RestartablePostgres(folder, await EmbeddedPostgres.start({ folder }));
  }

  get adminUrl(): string {
    return this.server.adminUrl;
  }

  /** Shuts the server down, which ends every session, and keeps what it holds. */
  async stop(): Promise<void> {
    await this.server.stop();
  }

  /** Starts the server again. */
  async startAgain(): Promise<void> {
    const { port } = this.server;
    this.server = await EmbeddedPostgres.start({ folder: this.folder, port });
  }

  async remove(): Promise<void> {
    await this.server.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
