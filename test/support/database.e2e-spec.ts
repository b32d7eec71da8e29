import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { createDatabase, type TestDatabase } from './database.js';

jest.setTimeout(120_000);

async function ask<T extends pg.QueryResultRow>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('a test database', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createDatabase('Own database');
  });

  afterAll(() => database.drop());

  it('lets its owner make tables', async () => {
    await ask(database.ownerUrl, 'CREATE TABLE entry (index bigint PRIMARY KEY)');
    const [row] = await ask(database.ownerUrl, `SELECT tableowner FROM pg_tables WHERE tablename = 'entry'`);
    expect(row).toEqual({ tableowner: database.ownerRole });
  });

  it('gives its service role nothing that was not granted', async () => {
    await expect(ask(database.serviceUrl, 'CREATE TABLE mine (i int)')).rejects.toThrow('permission denied');
    await expect(ask(database.serviceUrl, 'CREATE SCHEMA mine')).rejects.toThrow('permission denied');
    await expect(ask(database.serviceUrl, 'CREATE TEMP TABLE mine (i int)')).rejects.toThrow(
      'permission denied',
    );
    await expect(ask(database.serviceUrl, 'SELECT * FROM entry')).rejects.toThrow('permission denied');
  });

  it('lets its service role do what was granted', async () => {
    await ask(database.ownerUrl, `GRANT INSERT, SELECT ON entry TO ${database.serviceRole}`);
    await ask(database.serviceUrl, 'INSERT INTO entry VALUES (0)');
    await expect(ask(database.serviceUrl, 'DELETE FROM entry')).rejects.toThrow('permission denied');
    expect(await ask(database.serviceUrl, 'SELECT index FROM entry')).toEqual([{ index: '0' }]);
  });

  it('cannot be entered by the roles of another database', async () => {
    const other = await createDatabase('other');
    try {
      const address = new URL(other.serviceUrl);
      address.pathname = `/${database.name}`;
      await expect(ask(address.href, 'SELECT 1')).rejects.toThrow('permission denied for database');
    } finally {
      await other.drop();
    }
  });

  it('is in UTF-8 and sorts by bytes, as verdicts must not depend on a locale', async () => {
    const rows = await ask<{ word: string }>(
      database.ownerUrl,
      `SELECT word FROM (VALUES ('b'), ('é'), ('B'), ('a')) AS words (word) ORDER BY word`,
    );
    expect(rows.map(({ word }) => word)).toEqual(['B', 'a', 'b', 'é']);
    expect(await ask(database.ownerUrl, 'SHOW server_encoding')).toEqual([{ server_encoding: 'UTF8' }]);
  });
});

describe('a durable test database', () => {
  it('is on a server that forces commits to the disk', async () => {
    const database = await createDatabase('durable', { durable: true });
    try {
      expect(await ask(database.serviceUrl, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
      expect(await ask(database.serviceUrl, 'SHOW full_page_writes')).toEqual([{ full_page_writes: 'on' }]);
      expect(await ask(database.serviceUrl, 'SHOW synchronous_commit')).toEqual([
        { synchronous_commit: 'on' },
      ]);
    } finally {
      await database.drop();
    }
  });

  it('takes its server with it when it is dropped', async () => {
    const database = await createDatabase('durable', { durable: true });
    await database.drop();
    await expect(ask(database.adminUrl, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
  });
});
