import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { codeOf, type Answer } from './support/http.js';
import { operator, TestNetwork } from './support/network.js';
import { event, kg, lotCreated, lotNumber, signEvent, type Fields, type Party } from './support/parties.js';

jest.setTimeout(120_000);

interface Item {
  readonly index: number;
  readonly status: number;
  readonly outcome: string;
  readonly receipt?: { readonly index: number };
  readonly problem?: Record<string, unknown>;
}

describe('a batch of events', () => {
  let network: TestNetwork;
  const keys = new Map<string, Party>();
  const clerk = operator('kokbulak', 'src');

  beforeAll(async () => {
    network = await TestNetwork.start({
      label: 'batches',
      config: { limits: { batchItems: 300, bodyBytes: 1024 * 1024 } },
    });
    for (const facility of ['kokbulak', 'src']) {
      await network.join(facility);
      keys.set(facility, await network.key({ facility }, 'event'));
    }
    await network.settle();
  });

  afterEach(async () => {
    for (const facility of ['kokbulak', 'src']) expect(await network.audit(facility)).toEqual([]);
  });

  afterAll(() => network.stop());

  const signed = (facility: string, fields: Fields = {}) =>
    signEvent(lotCreated(facility, fields), keys.get(facility) as Party);
  const lines = (body: readonly string[], path = '/v1/events', as: string | null = clerk) =>
    network.custodyCall(path, {
      method: 'POST',
      body: body.join('\n'),
      mediaType: 'application/x-ndjson',
      ...(as === null ? {} : { token: as }),
    });
  const itemsOf = (answer: Answer) => answer.json['items'] as unknown as readonly Item[];
  const short = (answer: Answer) =>
    itemsOf(answer).map(({ status, outcome, problem }) =>
      problem === undefined ? `${status} ${outcome}` : `${status} ${codeOf({ json: problem })}`,
    );
  const count = async () =>
    (await network.sql<{ entries: number }>('SELECT count(*)::int AS entries FROM ledger.entry'))[0]
      ?.entries ?? 0;

  it('is answered item by item: a bad one harms no other', async () => {
    const good = await signed('kokbulak');
    const answer = await lines([
      good,
      '{"half":',
      await signed('src'),
      JSON.stringify(lotCreated('kokbulak', { colour: 'red' })),
      JSON.stringify(lotCreated('kokbulak')),
      'eyJhbGciOiJub25lIn0.e30.',
      '',
      '\ufeff{}',
      await signEvent(lotCreated('kokbulak'), keys.get('src') as Party),
      JSON.stringify(lotCreated('euclid')),
      good,
      'not an event',
    ]);
    expect(answer.status).toBe(207);
    expect(short(answer)).toEqual([
      '201 recorded',
      '400 malformed-json',
      '201 recorded',
      '422 invalid-event',
      '201 recorded',
      '400 malformed-jws',
      '400 malformed-json',
      '403 wrong-facility',
      '403 forbidden',
      '200 repeated',
      '400 malformed-json',
    ]);
    expect(itemsOf(answer).map(({ index }) => index)).toEqual([...Array(11).keys()]);
    const [first, bad] = itemsOf(answer);
    expect(first?.receipt).toEqual(itemsOf(answer)[9]?.receipt);
    expect(bad?.problem).toMatchObject({ instance: answer.headers.get('x-request-id') });
  });

  it('is answered with 200 when nothing is refused, as NDJSON with or without a last line feed and as an array', async () => {
    for (const answer of [
      await lines([await signed('kokbulak'), JSON.stringify(lotCreated('src')), '']),
      await lines([`${await signed('kokbulak')}\r`, await signed('src')], '/v1/events', null),
      await network.postJson([lotCreated('kokbulak'), lotCreated('src')], clerk),
    ]) {
      expect(answer.status).toBe(200);
      expect(short(answer)).toEqual(['201 recorded', '201 recorded']);
    }
  });

  it('keeps its order: what an event needs may come before it in the same batch', async () => {
    const lot = `kokbulak/${lotNumber()}`;
    const children = [`kokbulak/${lotNumber()}`, `kokbulak/${lotNumber()}`];
    const split = event('Split', 'kokbulak', {
      parent: { lot },
      form: 'CONCENTRATE',
      children: children.map((child) => ({ lot: child, mass: kg('20000') })),
    });
    const answer = await network.postJson([lotCreated('kokbulak', { lot }), split], clerk);
    expect(short(answer)).toEqual(['201 recorded', '201 recorded']);
    const [one, two] = itemsOf(answer).map(({ receipt }) => receipt?.index ?? NaN);
    expect(two).toBe((one ?? NaN) + 1);
  });

  it('is checked without recording anything, one event on the other', async () => {
    const before = await count();
    const lot = `kokbulak/${lotNumber()}`;
    const [create, use] = [
      lotCreated('kokbulak', { lot }),
      event('Repacked', 'kokbulak', { lot, mass: kg('40000'), packages: [{ id: 'drum-1' }] }),
    ];
    const answer = await network.postJson(
      [create, use, use, { ...create, mass: kg('1') }],
      clerk,
      '/v1/events/check',
    );
    expect(answer.status).toBe(207);
    expect(short(answer).slice(0, 2)).toEqual(['200 acceptable', '200 acceptable']);
    expect(short(answer)[3]).toBe('409 conflicting-statement');
    expect(await count()).toBe(before);
  });

  describe('with atomic=true', () => {
    const atomic = (body: readonly string[]) => lines(body, '/v1/events?atomic=true');

    it('is recorded as a whole', async () => {
      const before = await count();
      const answer = await atomic([await signed('kokbulak'), JSON.stringify(lotCreated('kokbulak'))]);
      expect([answer.status, short(answer)]).toEqual([200, ['201 recorded', '201 recorded']]);
      expect(await count()).toBe(before + 2);
    });

    it('is refused as a whole, with the reason at the item that is to blame', async () => {
      const before = await count();
      const lot = `kokbulak/${lotNumber()}`;
      const whole = async (bad: string, expected: readonly [number, string]) => {
        const answer = await atomic([await signed('kokbulak', { lot }), bad, await signed('kokbulak')]);
        expect(answer.headers.get('content-type')).toBe('application/problem+json');
        expect([answer.status, codeOf(answer)]).toEqual([expected[0], 'batch-refused']);
        expect(short(answer)).toEqual(['409 held-back', expected.join(' '), '409 held-back']);
        expect(itemsOf(answer)[0]?.problem).toMatchObject({ because: 1 });
      };
      await whole('{', [400, 'malformed-json']);
      await whole(await signEvent(lotCreated('kokbulak'), keys.get('src') as Party), [403, 'wrong-facility']);
      await whole(await signed('kokbulak', { lot }), [409, 'lot-exists']);
      await whole(JSON.stringify({ ...lotCreated('kokbulak'), colour: 'red' }), [422, 'invalid-event']);
      expect(await count()).toBe(before);
      // Nothing of it stood in the way afterwards.
      expect((await atomic([await signed('kokbulak', { lot })])).status).toBe(200);
    });

    it('is refused when it contradicts itself or what is recorded', async () => {
      const before = await count();
      const created = lotCreated('kokbulak');
      const answer = await network.postJson(
        [created, { ...created, mass: kg('1') }],
        clerk,
        '/v1/events?atomic=true',
      );
      expect([answer.status, codeOf(answer)]).toEqual([409, 'batch-refused']);
      expect(await count()).toBe(before);
    });

    it('means one log', async () => {
      const before = await count();
      for (const body of [
        [await signed('kokbulak'), await signed('src')],
        [await signed('kokbulak'), await signEvent(lotCreated('src'), keys.get('kokbulak') as Party)],
      ]) {
        const answer = await atomic(body);
        expect([answer.status, codeOf(answer)]).toEqual([422, 'atomic-needs-one-log']);
      }
      expect(await count()).toBe(before);
    });

    it('is checked as a whole, too', async () => {
      const answer = await lines([await signed('kokbulak'), '{'], '/v1/events/check?atomic=true');
      expect([answer.status, codeOf(answer)]).toEqual([400, 'batch-refused']);
    });
  });

  it('has limits, beyond which nothing of it is recorded', async () => {
    const before = await count();
    const many = Array.from({ length: 301 }, () => '{}');
    for (const answer of [
      await lines(many),
      await network.postJson(
        many.map(() => ({})),
        clerk,
      ),
    ]) {
      expect([answer.status, codeOf(answer)]).toEqual([413, 'batch-too-large']);
      expect(answer.json['limit']).toBe(300);
    }
    const long = await lines([`"${'x'.repeat(1024 * 1024)}"`]);
    expect([long.status, codeOf(long), long.json['limit']]).toEqual([413, 'body-too-large', 1024 * 1024]);
    expect(await count()).toBe(before);
  });

  it('needs a token for what is to be signed: without one, all of it is unauthenticated', async () => {
    const answer = await network.postJson([lotCreated('kokbulak'), lotCreated('src')]);
    expect([answer.status, codeOf(answer)]).toEqual([401, 'unauthenticated']);
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    const mixed = await lines(
      [await signed('kokbulak'), JSON.stringify(lotCreated('src'))],
      '/v1/events',
      null,
    );
    expect([mixed.status, short(mixed)]).toEqual([207, ['201 recorded', '401 unauthenticated']]);
  });

  it('lets others have their turn while a long one is read', async () => {
    const body = await Promise.all(Array.from({ length: 300 }, () => signed('kokbulak')));
    const long = lines(body);
    const turns: number[] = [];
    while (turns.length < 5) {
      const started = performance.now();
      expect((await network.get('/health/live')).status).toBe(200);
      turns.push(performance.now() - started);
    }
    const answer = await long;
    expect(answer.status).toBe(200);
    expect(Math.max(...turns)).toBeLessThan(2_000);
  });
});

describe('the rate of events', () => {
  let network: TestNetwork;
  let key: Party;
  const clerk = operator('kokbulak');

  afterEach(async () => {
    expect(await network.audit('kokbulak')).toEqual([]);
    await network.stop();
  });

  async function start(config: object): Promise<void> {
    network = await TestNetwork.start({ label: 'rates', config });
    await network.join('kokbulak');
    key = await network.key({ facility: 'kokbulak' }, 'event');
    await network.settle();
  }

  const posts = (count: number) => Array.from({ length: count }, () => lotCreated('kokbulak'));

  it('of one facility is limited, and 429 says how long to wait', async () => {
    await start({ eventRate: { burst: 5, perSecond: 0.1 } });
    expect((await network.postJson(posts(3), clerk)).status).toBe(200);
    const tooMany = await network.postJson(posts(3), clerk);
    expect([tooMany.status, codeOf(tooMany)]).toEqual([429, 'too-many-requests']);
    expect(Number(tooMany.headers.get('retry-after'))).toBeGreaterThan(0);
    // Others cannot use up what a facility has: only what is its own counts.
    const stranger = await signEvent(lotCreated('kokbulak'), key);
    const forged = `${stranger.slice(0, -6)}AAAAAA`;
    for (let i = 0; i < 5; i++) expect((await network.postSigned(forged)).status).toBeGreaterThanOrEqual(400);
    expect((await network.postSigned(stranger)).status).toBe(201);
    const mixed = await network.postJson([{ v: 1 }, ...posts(4)], clerk);
    expect([mixed.status, Number(mixed.headers.get('retry-after')) > 0]).toEqual([207, true]);
  });

  it('of requests of one caller is limited', async () => {
    await start({ rateLimit: { burst: 60, perSecond: 0.1 } });
    const answers = await Promise.all(posts(70).map((one) => network.postJson(one, clerk)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(9);
    for (const answer of refused) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await network.postJson(lotCreated('kokbulak'), operator('kokbulak', 'src'))).status).toBe(201);
  });
});
