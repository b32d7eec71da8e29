import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import pg from 'pg';

export interface ProvisionRequest {
  readonly database: string;
  /** Runs migrations and owns every table. */
  readonly ownerRole: string;
  /** What a service connects as: owns nothing, gets its rights from the migrations. */
  readonly serviceRole: string;
  readonly passwords: { readonly owner: string; readonly service: string };
}

/** `postgres://` addresses of one database, for its two roles. */
export interface DatabaseAccess {
  readonly ownerUrl: string;
  readonly serviceUrl: string;
}

/**
 * Sees to it that a database (UTF-8, C locale) and its two roles exist, with these passwords and no more rights than
 * they need. It may be run again at any time. Tables and grants on them are the migrations' business.
 */
export async function provisionDatabase(
  adminUrl: string,
  request: ProvisionRequest,
): Promise<DatabaseAccess> {
  const { database, ownerRole, serviceRole, passwords } = request;
  const access = {
    ownerUrl: withAccount(adminUrl, database, { role: ownerRole, password: passwords.owner }),
    serviceUrl: withAccount(adminUrl, database, { role: serviceRole, password: passwords.service }),
  };
  await connected(adminUrl, async (admin) => {
    await ensureRole(admin, ownerRole, passwords.owner);
    await ensureRole(admin, serviceRole, passwords.service);
    await ensureDatabase(admin, database, ownerRole);
    const name = admin.escapeIdentifier(database);
    await admin.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
    await admin.query(`GRANT CONNECT ON DATABASE ${name} TO ${admin.escapeIdentifier(serviceRole)}`);
  });
  // In the database itself: its public schema belongs to its owner, and nobody else may make things there.
  await connected(access.ownerUrl, async (owner) => {
    await owner.query('REVOKE CREATE ON SCHEMA public FROM PUBLIC');
  });
  return access;
}

async function ensureRole(admin: pg.Client, role: string, password: string): Promise<void> {
  const name = admin.escapeIdentifier(role);
  await ignoring(['42710', '23505'], admin.query(`CREATE ROLE ${name}`));
  const rights = 'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS';
  // Only the verifier is sent: a statement can end up in the server's log, a password must not.
  await admin.query(`ALTER ROLE ${name} ${rights} PASSWORD ${admin.escapeLiteral(scramVerifier(password))}`);
}

async function ensureDatabase(admin: pg.Client, database: string, owner: string): Promise<void> {
  const name = admin.escapeIdentifier(database);
  const role = admin.escapeIdentifier(owner);
  const found = await admin.query('SELECT FROM pg_database WHERE datname = $1', [database]);
  if (found.rowCount !== 0) return;
  // Postgres 16 lets an administrator who is no superuser give things only to roles it belongs to.
  const { rows } = await admin.query<{ rolsuper: boolean }>(
    'SELECT rolsuper FROM pg_roles WHERE rolname = current_user',
  );
  if (rows[0]?.rolsuper !== true) await admin.query(`GRANT ${role} TO current_user`);
  const shape = `TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'`;
  await ignoring(['42P04', '23505'], admin.query(`CREATE DATABASE ${name} OWNER ${role} ${shape}`));
}

// Two may provision at once: what the other one made meanwhile is as good.
async function ignoring(codes: readonly string[], statement: Promise<unknown>): Promise<void> {
  try {
    await statement;
  } catch (cause) {
    if (!(cause instanceof pg.DatabaseError && codes.includes(cause.code ?? ''))) throw cause;
  }
}

async function connected(url: string, use: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await use(client);
  } finally {
    await client.end();
  }
}

interface Account {
  readonly role: string;
  readonly password: string;
}

function withAccount(adminUrl: string, database: string, { role, password }: Account): string {
  const url = new URL(adminUrl);
  url.username = encodeURIComponent(role);
  url.password = encodeURIComponent(password);
  url.pathname = `/${encodeURIComponent(database)}`;
  return url.href;
}

// RFC 5803, as Postgres stores it. Passwords are ASCII here, so SASLprep would leave them as they are.
function scramVerifier(password: string): string {
  if (!/^[\x21-\x7e]+$/.test(password))
    throw new RangeError('A database password is printable ASCII without blanks');
  const iterations = 4096;
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const hmac = (text: string) => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(hmac('Client Key')).digest('base64');
  const serverKey = hmac('Server Key').toString('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
