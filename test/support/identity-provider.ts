import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalIssuer, type CallerRole } from '@lodemark/platform';

const ISSUER = 'https://id.example';
const AUDIENCE = 'lodemark';

/** Issues bearer tokens, and serves the keys by which services in other processes check them. */
export class IdentityProvider {
  private constructor(
    private readonly issuer: LocalIssuer,
    private readonly server: Server,
    private readonly folder: string,
  ) {}

  static async start(): Promise<IdentityProvider> {
    const folder = await mkdtemp(join(tmpdir(), 'lodemark-identity-'));
    const issuer = await LocalIssuer.open(join(folder, 'issuer.json'), ISSUER);
    const server = createServer((_, response) => response.end(JSON.stringify(issuer.jwks)));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return new IdentityProvider(issuer, server, folder);
  }

  /** A service's `…_ISSUERS` that trusts this provider and nobody else. */
  get issuers(): string {
    const jwksUri = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
    return JSON.stringify([{ issuer: ISSUER, audience: AUDIENCE, jwksUri }]);
  }

  token(subject: string, ...roles: readonly CallerRole[]): Promise<string> {
    return this.issuer.issue({ subject, roles, audience: AUDIENCE, lifetimeSeconds: 3_600 });
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await rm(this.folder, { recursive: true });
  }
}
