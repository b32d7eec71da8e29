import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { chmod, mkdtemp, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { DataFolderInUse, EmbeddedPostgres } from '../src/index.js';

// A start takes a second on an idle machine, and many more on a busy one.
jest.setTimeout(120_000);

const servers: EmbeddedPostgres[] = [];
let folder: string;

async function start(options: Parameters<typeof EmbeddedPostgres.start>[0]): Promise<EmbeddedPostgres> {
  const server = await EmbeddedPostgres.start(options);
  servers.push(server);
  return server;
}

async function ask(server: EmbeddedPostgres, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: server.adminUrl });
  await client.connect();
  try {
    const { rows } = await client.query<unknown[]>({ text: sql, rowMode: 'array' });
    return rows.flat();
  } finally {
    await client.end();
  }
}

beforeEach(async () => {
  const top = await mkdtemp(join(tmpdir(), 'lodemark-test-'));
  await chmod(top, 0o755);
  folder = join(top, 'a b', 'postgres');
});

afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  for (const server of servers.splice(0)) await rm(server.folder, { recursive: true, force: true });
  await rm(join(folder, '../..'), { recursive: true, force: true });
});

describe('EmbeddedPostgres', () => {
  it('keeps what was committed over a restart', async () => {
    const first = await start({ folder });
    await ask(first, 'CREATE TABLE kept (i int)');
    await first.stop();
    const second = await start({ folder });
    expect(await ask(second, 'SELECT count(*)::int FROM kept')).toEqual([0]);
  });

  it('forces commits to the disk unless told otherwise', async () => {
    const server = await start({ folder });
    const settings = `SELECT setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes')`;
    expect(await ask(server, settings)).toEqual(['on', 'on', 'on']);
  });

  it('recovers a commit after the server was killed', async () => {
    const first = await start({ folder });
    await ask(first, 'CREATE TABLE kept AS SELECT 7 AS i');
    process.kill(first.pid, 'SIGKILL');
    expect(await first.failed).toContain('SIGKILL');
    const second = await start({ folder });
    expect(await ask(second, 'SELECT i FROM kept')).toEqual([7]);
  });

  it('starts although a crash left a lock file whose process number now belongs to something else', async () => {
    const first = await start({ folder });
    process.kill(first.pid, 'SIGKILL');
    await first.failed;
    const lock = join(folder, 'data', 'postmaster.pid');
    const [, ...rest] = (await readFile(lock, 'utf8')).split('\n');
    await writeFile(lock, [String(process.pid), ...rest].join('\n'));
    const second = await start({ folder });
    expect(await ask(second, 'SELECT 1')).toEqual([1]);
  });

  it('says who uses a data folder instead of starting a second server on it', async () => {
    const first = await start({ folder });
    const refusal: unknown = await EmbeddedPostgres.start({ folder }).catch((cause: unknown) => cause);
    expect(refusal).toBeInstanceOf(DataFolderInUse);
    expect(refusal).toMatchObject({ starter: process.pid, postmaster: first.pid });
    expect(await ask(first, 'SELECT 1')).toEqual([1]);
  });

  it('lets one of two first starts at once win, and leaves a whole cluster', async () => {
    const outcomes = await Promise.allSettled([start({ folder }), start({ folder })]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = outcomes.find((outcome) => outcome.status === 'rejected');
    expect(refused?.reason).toBeInstanceOf(DataFolderInUse);
  });

  it('finds another folder where the server’s user cannot reach the wanted one, and finds it again', async () => {
    await chmod(join(folder, '../..'), 0o700);
    const first = await start({ folder });
    await ask(first, 'CREATE TABLE kept (i int)');
    await first.stop();
    const second = await start({ folder });
    expect(await ask(second, 'SELECT count(*)::int FROM kept')).toEqual([0]);
    await second.stop();
    expect(second.folder).toBe(await realpath(folder));
  });

  it('lets one of two first starts at once win where the wanted folder cannot be reached', async () => {
    await chmod(join(folder, '../..'), 0o700);
    const outcomes = await Promise.allSettled([start({ folder }), start({ folder })]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = outcomes.find((outcome) => outcome.status === 'rejected');
    expect(refused?.reason).toBeInstanceOf(DataFolderInUse);
  });

  it('removes a temporary cluster when it stops', async () => {
    const server = await start({ fsync: false });
    await stat(server.folder);
    await server.stop();
    await expect(stat(server.folder)).rejects.toThrow('ENOENT');
  });

  it('listens on loopback only, with a password that others cannot read', async () => {
    const server = await start({ folder });
    expect(await ask(server, 'SHOW listen_addresses')).toEqual(['127.0.0.1']);
    expect((await stat(join(folder, 'password'))).mode & 0o777).toBe(0o600);
    const address = new URL(server.adminUrl);
    address.password = 'guess';
    const client = new pg.Client({ connectionString: address.href });
    await expect(client.connect()).rejects.toThrow('password authentication failed');
  });
});
