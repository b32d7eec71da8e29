import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { codeOf } from './support/http.js';
import { operator, TestNetwork, token } from './support/network.js';
import { event, lotCreated, signEvent, type Party } from './support/parties.js';

jest.setTimeout(180_000);

const clerk = operator('kokbulak');

interface Health {
  readonly status: string;
  readonly checks: Readonly<Record<string, { readonly status: string; readonly detail?: string }>>;
}

describe('a custody service in operation', () => {
  let network: TestNetwork;
  let key: Party;

  beforeAll(async () => {
    network = await TestNetwork.start({ label: 'operation', durable: true });
    await network.join('kokbulak');
    key = await network.key({ facility: 'kokbulak' }, 'event');
    await network.settle();
  });

  afterAll(async () => {
    expect(await network.audit('kokbulak')).toEqual([]);
    await network.stop();
  });

  const signed = () => signEvent(lotCreated('kokbulak'), key);
  const post = async () => network.postSigned(await signed());
  const ready = async () => {
    const answer = await network.get('/health/ready');
    return { code: answer.status, ...(answer.json as unknown as Health) };
  };

  it('is ready on a database that keeps what is committed', async () => {
    expect(await ready()).toMatchObject({ code: 200, status: 'up' });
    for (const probe of ['live', 'startup']) expect((await network.get(`/health/${probe}`)).status).toBe(200);
  });

  it('keeps everything over a restart: receipts, keys, its place in the root log, contradictions', async () => {
    const jws = await signed();
    const first = await network.postSigned(jws);
    await network.close();
    await network.open();
    // Nothing was asked of the registry yet, and it is ready all the same.
    expect(await ready()).toMatchObject({ code: 200 });
    expect((await network.postSigned(jws)).json).toEqual({ ...first.json, outcome: 'repeated' });
    expect((await network.postJson(lotCreated('kokbulak'), clerk)).status).toBe(201);
    await network.settle();
  });

  it('answers every post that it took before it stops, and loses none of them', async () => {
    const posts = await Promise.all(Array.from({ length: 60 }, signed));
    const answers = Promise.allSettled(posts.map((jws) => network.postSigned(jws)));
    await new Promise((go) => setTimeout(go, 20));
    await network.close();
    const receipts = (await answers).flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    await network.open();
    for (const { status } of receipts) expect([201, 503]).toContain(status);
    // What was acknowledged is there; what was not is taken now, once.
    for (const [at, jws] of posts.entries()) {
      const again = await network.postSigned(jws);
      const before = receipts.find(({ json }) => {
        const receipt = json['receipt'] as { eventId?: string } | undefined;
        return receipt?.eventId === (again.json['receipt'] as { eventId?: string } | undefined)?.eventId;
      });
      expect([at, again.status]).toEqual([at, before === undefined ? again.status : 200]);
      if (before !== undefined) expect(again.json['receipt']).toEqual(before.json['receipt']);
    }
  });

  it('answers 503 while the database is away, and takes the same events afterwards', async () => {
    const admin = new pg.Client({ connectionString: network.databases.custody.adminUrl });
    await admin.connect();
    const refuse = async (connections: boolean) => {
      const { name, serviceRole } = network.databases.custody;
      await admin.query(`ALTER ROLE ${serviceRole} CONNECTION LIMIT ${connections ? 0 : -1}`);
      if (connections)
        await admin.query(
          'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND usename = $2',
          [name, serviceRole],
        );
    };
    const jws = await signed();
    try {
      await refuse(true);
      for (const answer of [
        await network.postSigned(jws),
        await network.postJson(lotCreated('kokbulak'), clerk),
        await network.postJson([lotCreated('kokbulak'), lotCreated('kokbulak')], clerk),
        await network.get('/v1/lots?facility=kokbulak', clerk),
        await network.get('/v1/logs/kokbulak/entries', clerk),
        await network.get(`/v1/documents/${'ab'.repeat(32)}`, clerk),
      ]) {
        expect([answer.status, codeOf(answer)]).toEqual([503, 'unavailable']);
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      }
      expect(await ready()).toMatchObject({ code: 503, checks: { database: { status: 'down' } } });
      expect((await network.get('/health/live')).status).toBe(200);
    } finally {
      await refuse(false);
      await admin.end();
    }
    expect((await network.postSigned(jws)).status).toBe(201);
  });

  it('rides out connections that are cut in the middle of a stream of posts', async () => {
    const posts = await Promise.all(Array.from({ length: 200 }, signed));
    const stream = { isDone: false };
    const cutting = (async () => {
      while (!stream.isDone) {
        await network.sql(
          'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename = $1',
          [network.databases.custody.serviceRole],
        );
        await new Promise((go) => setTimeout(go, 150));
      }
    })();
    const outcomes: number[] = [];
    for (let at = 0; at < posts.length; at += 20) {
      const some = await Promise.all(posts.slice(at, at + 20).map((jws) => network.postSigned(jws)));
      outcomes.push(...some.map(({ status }) => status));
    }
    stream.isDone = true;
    await cutting;
    for (const status of outcomes) expect([200, 201, 503]).toContain(status);
    for (const jws of posts) expect([200, 201]).toContain((await network.postSigned(jws)).status);
  });

  it('goes on without its registry, and hands in what it missed when that is back', async () => {
    await network.close();
    await network.open({ registryUrl: 'http://127.0.0.1:9', roundMs: 50 });
    expect((await post()).status).toBe(201);
    await new Promise((go) => setTimeout(go, 400));
    expect(await ready()).toMatchObject({ code: 200 });
    const complaints = network.log.filter((line) => line.includes('a round failed'));
    // One for the root log, one for the checkpoints: not one for every round.
    expect(complaints.length).toBeGreaterThan(0);
    expect(complaints.length).toBeLessThanOrEqual(4);
    await network.close();
    await network.open({ roundMs: 50 });
    const events = `SELECT max(idx)::int AS last FROM ledger.entry WHERE kind = 'event'`;
    const [{ last } = { last: NaN }] = await network.sql<{ last: number }>(events);
    let accepted = 0;
    for (let i = 0; i < 100 && accepted <= last; i++) {
      await new Promise((go) => setTimeout(go, 50));
      const answer = await fetch(`${network.registryUrl}/v1/checkpoints/kokbulak`);
      accepted = ((await answer.json()) as { size?: number }).size ?? 0;
    }
    // The last event and the heads above it.
    expect(accepted).toBe(last + 2);
  });

  it('counts what it does, by no lot and no facility', async () => {
    await post();
    const again = await signed();
    await network.postSigned(again);
    await network.postSigned(again);
    await network.postSigned('nonsense');
    const metrics = (await network.get('/metrics')).text;
    expect(metrics).toMatch(/lodemark_events_accepted_total\{type="LotCreated",service="custody"\} \d+/);
    expect(metrics).toMatch(/lodemark_events_refused_total\{code="malformed-jws",service="custody"\} 1/);
    expect(metrics).toMatch(/lodemark_idempotent_replays_total\{service="custody"\} 1/);
    expect(metrics).toMatch(/lodemark_root_log_verified_size\{service="custody"\} \d+/);
    expect(metrics).not.toMatch(/kokbulak|T-0/);
  });

  it('logs one line a request, without tokens, payloads or private fields', async () => {
    const secret = token('a clerk', { role: 'facility-operator', facilities: ['kokbulak'] });
    const body = event('Assayed', 'kokbulak', {
      certificate: 'hush-certificate',
      private: { price: 'ab'.repeat(32) },
    });
    await network.postJson(body, secret);
    const jws = await signed();
    await network.postSigned(jws);
    const text = network.log.join('');
    for (const line of network.log) expect(JSON.parse(line)).toMatchObject({ service: 'custody' });
    expect(text).toContain('"route":"/v1/events"');
    for (const hidden of [
      secret,
      jws,
      jws.split('.')[1] ?? '',
      'hush-certificate',
      'KZ-DEMO',
      'ab'.repeat(32),
    ])
      expect([hidden.slice(0, 12), text.includes(hidden)]).toEqual([hidden.slice(0, 12), false]);
  });
});

describe('a custody service on a database that may lose what is committed', () => {
  it('is not ready, and says why', async () => {
    const network = await TestNetwork.start({ label: 'no fsync' });
    try {
      const answer = await network.get('/health/ready');
      expect(answer.status).toBe(503);
      const { checks } = answer.json as unknown as Health;
      expect(checks['database']).toMatchObject({
        status: 'down',
        detail: expect.stringContaining('fsync is off'),
      });
      expect(checks['root-log']).toMatchObject({ status: 'down' });
      await network.settle();
    } finally {
      await network.stop();
    }
  });
});
