import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { EmbeddedPostgres, provisionDatabase, type DatabaseAccess } from '@lodemark/standalone';

/** A fresh, empty database of one test file, and how to reach it in each capacity. */
export interface TestDatabase extends DatabaseAccess {
  readonly name: string;
  /** As superuser; for looking and for breaking things, never for the code under test. */
  readonly adminUrl: string;
  readonly ownerRole: string;
  readonly serviceRole: string;
  /** Removes the database and its roles, ending every session; a durable server goes with its last database. */
  drop(): Promise<void>;
}

export interface DatabaseOptions {
  /** On a server that forces commits to the disk; for suites where durability is what is tested. */
  readonly durable?: boolean;
  /** On this server, given by its superuser's address, which the caller starts and stops. */
  readonly on?: { readonly adminUrl: string };
}

/** Makes a database with an owner, who runs the migrations, and a service role that owns nothing. */
export async function createDatabase(label = 'test', options: DatabaseOptions = {}): Promise<TestDatabase> {
  const server = await serverFor(options);
  const name =
    `${label.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_')}_${randomBytes(6).toString('hex')}`.slice(-40);
  const ownerRole = `${name}_owner`;
  const serviceRole = `${name}_service`;
  const passwords = { owner: randomBytes(12).toString('hex'), service: randomBytes(12).toString('hex') };
  const access = await provisionDatabase(server.adminUrl, {
    database: name,
    ownerRole,
    serviceRole,
    passwords,
  });
  const adminUrl = new URL(server.adminUrl);
  adminUrl.pathname = `/${name}`;
  const drop = async () => {
    await dropDatabase(server.adminUrl, name, [ownerRole, serviceRole]);
    await server.release();
  };
  return { ...access, name, adminUrl: adminUrl.href, ownerRole, serviceRole, drop };
}

async function dropDatabase(adminUrl: string, name: string, roles: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)} WITH (FORCE)`);
    for (const role of roles) await client.query(`DROP ROLE IF EXISTS ${client.escapeIdentifier(role)}`);
  } finally {
    await client.end();
  }
}

interface Server {
  readonly adminUrl: string;
  release(): Promise<void>;
}

async function serverFor({ on, durable }: DatabaseOptions): Promise<Server> {
  if (on !== undefined) return { adminUrl: on.adminUrl, release: () => Promise.resolve() };
  return durable === true ? durableServer() : sharedServer();
}

function sharedServer(): Server {
  return { adminUrl: sharedServerUrl(), release: () => Promise.resolve() };
}

/** The e2e project's Postgres, as its superuser. */
export function sharedServerUrl(): string {
  const adminUrl = process.env['TEST_POSTGRES_URL'];
  if (adminUrl === undefined)
    throw new Error('No Postgres: run this suite in the e2e project of the Jest configuration');
  return adminUrl;
}

let started: { readonly server: Promise<EmbeddedPostgres>; users: number } | undefined;

async function durableServer(): Promise<Server> {
  started ??= { server: EmbeddedPostgres.start({ settings: { max_connections: '300' } }), users: 0 };
  const held = started;
  held.users += 1;
  const server = await held.server;
  const release = async () => {
    held.users -= 1;
    if (held.users > 0) return;
    if (started === held) started = undefined;
    await server.stop();
  };
  return { adminUrl: server.adminUrl, release };
}
