import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { FrontendMessages } from './frontend-messages.js';

/** What happens to a connection at its next COMMIT. */
export type Cut =
  /** COMMIT reaches the server, which commits; its answer reaches nobody. */
  | 'after-commit'
  /** COMMIT leaves, and nobody waits to see whether it arrives. */
  | 'at-commit'
  /** COMMIT itself is lost. */
  | 'before-commit';

/** How the server says that it has committed: CommandComplete with its tag. */
const COMMITTED = Buffer.concat([Buffer.from('C\0\0\0\x0b', 'latin1'), Buffer.from('COMMIT\0', 'latin1')]);
const DEAF_MS = 2_000;

/** Stands between all services and Postgres, and cuts connections at the moment that hurts most. */
export class CommitProxy {
  /** Cuts still to be made, by database. */
  private readonly planned = new Map<string, Cut[]>();
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly portOfPostgres: () => number,
  ) {
    server.on('connection', (client: Socket) => this.join(client));
  }

  static async before(portOfPostgres: () => number): Promise<CommitProxy> {
    const server = createServer({ noDelay: true });
    const proxy = new CommitProxy(server, portOfPostgres);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  plan(database: string, cuts: readonly Cut[]): void {
    this.planned.set(database, [...cuts]);
  }

  cutsLeft(database: string): number {
    return this.planned.get(database)?.length ?? 0;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(client: Socket): void {
    const postgres = connect({ port: this.portOfPostgres(), host: '127.0.0.1', noDelay: true });
    const messages = new FrontendMessages();
    let heard: Buffer | undefined;
    this.keep(client, postgres);
    this.keep(postgres, client);
    postgres.on('data', (chunk) => {
      if (heard === undefined) {
        client.write(chunk);
        return;
      }
      heard = Buffer.concat([heard, chunk]);
      if (heard.includes(COMMITTED)) client.destroy();
    });
    client.on('data', (chunk) => {
      const commits = messages.read(chunk).includes('commit');
      const cut = commits ? this.planned.get(messages.database)?.shift() : undefined;
      if (cut === 'before-commit') client.destroy();
      else if (cut === 'at-commit') postgres.write(chunk, () => client.destroy());
      else postgres.write(chunk);
      if (cut !== 'after-commit') return;
      heard = Buffer.alloc(0);
      setTimeout(() => client.destroy(), DEAF_MS).unref();
    });
  }

  private keep(socket: Socket, other: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.sockets.delete(socket);
      other.destroy();
    });
  }
}
