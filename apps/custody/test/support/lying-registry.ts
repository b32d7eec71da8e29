import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a registry answers to one request. */
export interface Served {
  readonly status: number;
  readonly body: string;
}

export type Lie = (path: string, truth: Served) => Served | Promise<Served>;

/** Stands between custody and a real registry, and says something else where it is told to. */
export class LyingRegistry {
  lie: Lie = (_, truth) => truth;

  private constructor(
    private readonly server: Server,
    private readonly truthful: string,
  ) {}

  static async before(truthful: string): Promise<LyingRegistry> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        void lying
          .answer(request.method ?? 'GET', request.url ?? '/', Buffer.concat(chunks).toString())
          .then(({ status, body }) => response.writeHead(status).end(body))
          .catch(() => response.destroy());
      });
    });
    const lying = new LyingRegistry(server, truthful);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return lying;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async answer(method: string, path: string, body: string): Promise<Served> {
    const response = await fetch(`${this.truthful}${path}`, {
      method,
      ...(method === 'GET' ? {} : { body, headers: { 'content-type': 'application/json' } }),
    });
    return this.lie(path, { status: response.status, body: await response.text() });
  }
}
