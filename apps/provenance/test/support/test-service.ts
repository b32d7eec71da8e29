import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, LocalIssuer, type CallerRole, type KeyEncryptionKeys } from '@lodemark/platform';
import {
  createProvenance,
  migrateProvenance,
  type CertificateIssuer,
  type Provenance,
} from '@lodemark/provenance';
import pg from 'pg';
import { createDatabase, type TestDatabase } from '../../../../test/support/database.js';
import type { World } from './world.js';

const AUDIENCE = 'https://provenance.test.lodemark.example';

export const EVERYTHING: CallerRole = {
  role: 'auditor',
  engagement: { lots: '*', facilities: '*', from: '2000-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' },
};

export const KEY_ENCRYPTION = { current: 'test', keys: { test: new Uint8Array(32).fill(7) } };

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

export interface TestServiceOptions {
  readonly logDatabases?: readonly string[];
  readonly on?: TestDatabase;
  readonly rejudging?: boolean;
  readonly certificates?: CertificateIssuer;
  readonly webhooksAllowPrivate?: boolean;
  /** Left out: the key of the tests; `none`: none. */
  readonly keyEncryption?: KeyEncryptionKeys | 'none';
}

/** A whole provenance service on a database of its own, asked over HTTP. */
export class TestService {
  private constructor(
    readonly provenance: Provenance,
    readonly database: TestDatabase,
    private readonly issuer: LocalIssuer,
    private readonly folder: string,
    readonly lines: readonly string[],
  ) {}

  static async start(world: World, options: TestServiceOptions = {}): Promise<TestService> {
    const database = options.on ?? (await createDatabase('provenance'));
    await migrateProvenance({ ownerUrl: database.ownerUrl, serviceRole: database.serviceRole });
    const folder = await mkdtemp(join(tmpdir(), 'lodemark-'));
    const issuer = await LocalIssuer.open(
      join(folder, 'issuer.json'),
      'https://issuer.test.lodemark.example',
    );
    const { registry, custody, server, clock } = world;
    const lines: string[] = [];
    const keyEncryption = options.keyEncryption ?? KEY_ENCRYPTION;
    const provenance = await createProvenance(
      {
        network: registry.network.name,
        databaseUrl: database.serviceUrl,
        genesis: registry.genesis,
        rootLogKey: registry.logKey,
        registryUrl: server.url,
        logDatabases: options.logDatabases ?? [registry.database.serviceUrl, custody.database.serviceUrl],
        issuers: [issuer.trust(AUDIENCE)],
        pollMs: 100,
        // A test that counts the verdicts on file says itself when they are brought up to date.
        rejudging: options.rejudging ?? false,
        ...(options.certificates === undefined ? {} : { certificates: options.certificates }),
        webhooksAllowPrivate: options.webhooksAllowPrivate ?? false,
        ...(keyEncryption === 'none' ? {} : { keyEncryption }),
        rateLimit: { burst: 10_000, perSecond: 10_000 },
      },
      {
        logger: createLogger({
          service: 'provenance',
          level: 'info',
          write: (line) => lines.push(line),
        }),
        clock,
      },
    );
    return new TestService(provenance, database, issuer, folder, lines);
  }

  token(...roles: CallerRole[]): Promise<string> {
    return this.issuer.issue({ subject: 'somebody', roles, audience: AUDIENCE, lifetimeSeconds: 600 });
  }

  /** Asks with these roles; without any, without a token. */
  async get(
    url: string,
    roles: readonly CallerRole[] = [EVERYTHING],
    accept = 'application/json',
  ): Promise<Answer> {
    return this.send({ method: 'GET', url, headers: { accept } }, roles);
  }

  async post(url: string, body: object, roles: readonly CallerRole[] = [EVERYTHING]): Promise<Answer> {
    const headers = { 'content-type': 'application/json' };
    return this.send({ method: 'POST', url, headers, payload: JSON.stringify(body) }, roles);
  }

  async delete(url: string, roles: readonly CallerRole[] = [EVERYTHING]): Promise<Answer> {
    return this.send({ method: 'DELETE', url, headers: {} }, roles);
  }

  private async send(
    request: {
      method: 'GET' | 'POST' | 'DELETE';
      url: string;
      headers: Record<string, string>;
      payload?: string;
    },
    roles: readonly CallerRole[],
  ): Promise<Answer> {
    const authorization = roles.length === 0 ? {} : { authorization: `Bearer ${await this.token(...roles)}` };
    const response = await this.provenance.app.inject({
      ...request,
      headers: { ...request.headers, ...authorization },
    });
    const isJson = String(response.headers['content-type']).includes('json');
    const body: unknown = isJson && response.body !== '' ? JSON.parse(response.body) : response.body;
    return { status: response.statusCode, body, text: response.body, headers: response.headers };
  }

  /** Does something to the database behind the service's back. */
  async tell(sql: string): Promise<readonly unknown[]> {
    const admin = new pg.Client({ connectionString: this.database.adminUrl });
    await admin.connect();
    return (await admin.query<object>(sql).finally(() => admin.end())).rows;
  }

  /** Stops; the database stays. */
  async stop(): Promise<void> {
    await this.provenance.close();
    await rm(this.folder, { recursive: true });
  }

  async close(): Promise<void> {
    await this.stop();
    await this.database.drop();
  }
}
