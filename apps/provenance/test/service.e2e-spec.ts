import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { EXAMPLES } from '../src/examples.js';
import { mined } from './support/events.js';
import { TestService } from './support/test-service.js';
import { closeWorld, openWorld, type World } from './support/world.js';

jest.setTimeout(120_000);

describe('a provenance service', () => {
  let world: World;

  beforeEach(async () => {
    world = await openWorld();
    await world.custody.join('mine');
    await world.custody.seeRoot('mine');
    await world.custody.post('mine', mined('mine/1'));
    await world.custody.round('mine');
  });

  afterEach(() => closeWorld(world));

  async function asAdmin(service: TestService, sql: string): Promise<pg.QueryResult> {
    const admin = new pg.Client({ connectionString: service.database.adminUrl });
    await admin.connect();
    try {
      return await admin.query(sql);
    } finally {
      await admin.end();
    }
  }

  it('follows logs over HTTP alone when it is given no database of theirs', async () => {
    const service = await TestService.start(world, { logDatabases: [] });
    try {
      await service.provenance.caughtUp();
      expect((await service.get('/v1/lots')).body).toMatchObject({ lots: [{ lot: 'mine/1' }] });
      await world.custody.post('mine', mined('mine/2'));
      await world.custody.round('mine');
      await service.provenance.caughtUp();
      expect((await service.get('/v1/lots')).body).toMatchObject({
        lots: [{ lot: 'mine/1' }, { lot: 'mine/2' }],
      });
    } finally {
      await service.close();
    }
  });

  it('answers the question that its documentation shows as an example', async () => {
    const { custody, registry } = world;
    const text = await readFile(new URL('../../../policies/WC-3.json', import.meta.url), 'utf8');
    await registry.publishPolicy('WC-3', JSON.parse(text) as object);
    await custody.join('euclid');
    await custody.post('euclid', mined(EXAMPLES.question.lot));
    await custody.round('euclid');
    const service = await TestService.start(world);
    try {
      await service.provenance.caughtUp();
      expect(await service.post('/v1/verdicts', EXAMPLES.question)).toMatchObject({
        status: 201,
        body: { verdict: { lot: EXAMPLES.question.lot, policy: { id: EXAMPLES.question.policy } } },
      });
    } finally {
      await service.close();
    }
  });

  it('makes its read model anew when another version of the projection wrote it', async () => {
    const first = await TestService.start(world);
    await first.provenance.caughtUp();
    const digest = await first.provenance.digest();
    await first.stop();
    await asAdmin(first, `UPDATE provenance.projection_version SET version = 0`);
    await asAdmin(first, `DELETE FROM provenance.lot_term`);
    const second = await TestService.start(world, { on: first.database });
    try {
      expect(await second.provenance.digest()).toBe(digest);
    } finally {
      await second.close();
    }
  });

  it('serves with a role that owns nothing and cannot take back a verdict', async () => {
    const service = await TestService.start(world);
    try {
      const owned = await asAdmin(
        service,
        `SELECT relname FROM pg_class WHERE relowner = '${service.database.serviceRole}'::regrole`,
      );
      expect(owned.rows).toEqual([]);
      const client = new pg.Client({ connectionString: service.database.serviceUrl });
      await client.connect();
      for (const sql of [
        `DELETE FROM asked.verdict`,
        `UPDATE asked.verdict SET outcome = 'PASS'`,
        `TRUNCATE asked.question`,
        `DROP TABLE provenance.entry`,
      ]) {
        await expect(client.query(sql)).rejects.toThrow(/permission denied|must be owner/);
      }
      await client.end();
    } finally {
      await service.close();
    }
  });

  it('tells the truth when its database is away, and answers again when it is back', async () => {
    const service = await TestService.start(world);
    try {
      await service.provenance.caughtUp();
      await asAdmin(service, `ALTER ROLE ${service.database.serviceRole} NOLOGIN`);
      await asAdmin(
        service,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${service.database.serviceRole}'`,
      );
      // A probe may be answered from one that is half a second old.
      await new Promise((resolve) => setTimeout(resolve, 700));
      expect((await service.get('/health/ready', [])).status).toBe(503);
      expect((await service.get('/v1/lots')).status).toBe(503);
      await asAdmin(service, `ALTER ROLE ${service.database.serviceRole} LOGIN`);
      await new Promise((resolve) => setTimeout(resolve, 700));
      expect((await service.get('/health/ready', [])).status).toBe(200);
      await world.custody.post('mine', mined('mine/2'));
      await world.custody.round('mine');
      await service.provenance.caughtUp();
      expect((await service.get('/v1/lots')).body).toMatchObject({
        lots: [{ lot: 'mine/1' }, { lot: 'mine/2' }],
      });
    } finally {
      await service.close();
    }
  });
});
