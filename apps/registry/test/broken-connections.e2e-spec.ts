import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { audit, ledgerPool } from '@lodemark/ledger';
import pg from 'pg';
import { LogInMemory } from './support/parties.js';
import { NETWORK, organizationBody, TestRegistry, type Answer } from './support/registry.js';

describe('a registry whose connections to the database break', () => {
  let registry: TestRegistry;
  let admin: pg.Client;

  beforeAll(async () => {
    registry = await TestRegistry.start('broken');
    admin = new pg.Client({ connectionString: registry.database.adminUrl });
    await admin.connect();
  });

  afterAll(async () => {
    await admin.end();
    await registry.stop();
  });

  const cut = () =>
    admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1`, [
      registry.database.serviceRole,
    ]);

  async function cutAgainAndAgain(times: number): Promise<void> {
    for (let i = 0; i < times; i++) {
      await cut();
      await new Promise((go) => setTimeout(go, 15));
    }
  }

  /** As a patient client: the same again until it is answered with something else than "not now". */
  async function insist(send: () => Promise<Answer>): Promise<Answer> {
    for (let attempt = 0; attempt < 50; attempt++) {
      const answer = await send();
      if (answer.status !== 503) return answer;
      expect(answer.headers['retry-after']).toBe('1');
    }
    throw new Error('never answered');
  }

  it('records every statement once, and leaves no hole', async () => {
    const cutting = cutAgainAndAgain(80);
    const bodies = Array.from({ length: 60 }, (_, i) => organizationBody(`cut-${i}`));
    const posts = bodies.map((body) => insist(() => registry.post('/v1/organizations', body)));
    const answers = await Promise.all(posts);
    await cutting;
    expect(answers.map(({ status }) => status)).toEqual(bodies.map(() => 201));
    expect(new Set(answers.map(({ json }) => json['index'] as unknown)).size).toBe(bodies.length);
    const again = await Promise.all(bodies.map((body) => registry.post('/v1/organizations', body)));
    expect(again.map(({ text }) => text)).toEqual(answers.map(({ text }) => text));

    const pool = ledgerPool({ connectionString: registry.database.serviceUrl });
    try {
      expect(await audit(pool, `${NETWORK}/root`)).toEqual([]);
    } finally {
      await pool.end();
    }
    expect((await registry.get('/v1/root/entries?limit=1')).json['size']).toBe(bodies.length + 1);
  });

  it('takes checkpoints and makes rounds all the same', async () => {
    await registry.join('plant');
    const key = await registry.key('plant', 'log');
    const log = new LogInMemory(registry.logOrigin('plant'), ['a']);
    for (let size = 1; size <= 15; size++) {
      if (size > 1) log.append(`entry ${size}`);
      const note = await log.note(key);
      const proof = size === 1 ? [] : await log.proof(size - 1);
      const [answer] = await Promise.all([insist(() => registry.checkpoint(note, proof)), cut()]);
      expect([size, answer.status, answer.text]).toEqual([size, 202, expect.any(String)]);
      await Promise.allSettled([registry.service.flush(), cut()]);
    }
    await registry.service.flush();
    const horizon = await registry.get('/v1/horizons?covers=plant/14');
    expect([horizon.status, horizon.json['coveredBy']]).toEqual([200, 15]);
  });
});
