import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';

/** What the proxy does with the next COMMIT that passes. */
export type Cut =
  /** The server commits, and its answer never arrives. */
  | 'after-commit'
  /** The COMMIT itself is lost with the connection. */
  | 'before-commit';

/** A simple query message of the Postgres protocol that says COMMIT. */
const COMMIT = Buffer.concat([Buffer.from('Q\0\0\0\x0b', 'latin1'), Buffer.from('COMMIT\0', 'latin1')]);

/** Stands between a pool and Postgres, and cuts connections at the moment that hurts most. */
export class CuttingProxy {
  /** Cuts that were made. */
  cuts = 0;
  /** While true, no connection is let through. */
  isDown = false;
  private readonly planned: Cut[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  private constructor(
    private readonly host: string,
    private readonly port: number,
  ) {
    this.server = createServer((client) => this.join(client));
  }

  static async before(url: string): Promise<{ proxy: CuttingProxy; url: string }> {
    const target = new URL(url);
    const proxy = new CuttingProxy(target.hostname, Number(target.port));
    await new Promise<void>((listening) => proxy.server.listen(0, '127.0.0.1', listening));
    target.hostname = '127.0.0.1';
    target.port = String((proxy.server.address() as AddressInfo).port);
    return { proxy, url: target.href };
  }

  /** Plans what happens to the next commits, one each. */
  plan(...cuts: readonly Cut[]): void {
    this.planned.push(...cuts);
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((closed) => this.server.close(closed));
  }

  private join(client: Socket): void {
    if (this.isDown) {
      client.destroy();
      return;
    }
    const server = connect(this.port, this.host);
    let isDeaf = false;
    this.keep(client, server);
    this.keep(server, client);
    server.on('data', (chunk) => {
      if (!isDeaf) client.write(chunk);
      else client.destroy();
    });
    client.on('data', (chunk) => {
      const cut = chunk.includes(COMMIT) ? this.planned.shift() : undefined;
      if (cut !== undefined) this.cuts += 1;
      // The server's answer is what shows that it has committed; then the client is cut off.
      if (cut === 'after-commit') isDeaf = true;
      if (cut === 'before-commit') client.destroy();
      else server.write(chunk);
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
