import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTinyService, type TinyService } from './support/start-tiny-service.js';

let service: TinyService;

beforeAll(async () => {
  service = await startTinyService();
});

afterAll(() => service.app.close());

type Request = Parameters<TinyService['app']['inject']>[0] & object;

async function send(request: Request) {
  const response = await service.app.inject(request);
  return {
    ...response,
    problem: response.statusCode < 400 ? undefined : response.json<Record<string, unknown>>(),
  };
}

function json(body: string, url = '/v1/lots'): Request {
  return { method: 'POST', url, payload: body, headers: { 'content-type': 'application/json' } };
}

describe('every refusal', () => {
  it.each<[string, Request, number, string]>([
    ['an unknown route', { method: 'GET', url: '/v2/nothing?token=hush' }, 404, 'not-found'],
    ['another method', { method: 'DELETE', url: '/v1/lots' }, 405, 'method-not-allowed'],
    ['a query where none is taken', { ...json('{"lot":"a"}', '/v1/lots?lot=b') }, 400, 'invalid-request'],
    ['a malformed URL', { method: 'GET', url: '/v1/entries/%zz' }, 400, 'bad-request'],
    ['an endless parameter', { method: 'GET', url: `/v1/entries/${'1'.repeat(300)}` }, 414, 'uri-too-long'],
    ['malformed JSON', json('{"lot": "a",}'), 400, 'malformed-json'],
    ['an empty JSON body', json(''), 400, 'malformed-json'],
    [
      'JSON that is not UTF-8',
      { ...json(''), payload: Buffer.from([0x22, 0xff, 0x22]) },
      400,
      'malformed-json',
    ],
    ['JSON with a name twice', json('{"lot":"a","lot":"b"}'), 400, 'malformed-json'],
    ['JSON with a prototype', json('{"lot":"a","__proto__":{"x":1}}'), 400, 'malformed-json'],
    ['JSON that is nested too deeply', json('['.repeat(9) + ']'.repeat(9)), 400, 'malformed-json'],
    ['a body that is too large', json(`{"lot":"${'a'.repeat(2000)}"}`), 413, 'body-too-large'],
    [
      'another media type',
      { ...json('a=b'), headers: { 'content-type': 'text/plain' } },
      415,
      'unsupported-media-type',
    ],
    [
      'bytes where JSON is taken',
      { ...json('e30.e30.'), headers: { 'content-type': 'application/jose' } },
      415,
      'unsupported-media-type',
    ],
    [
      'no media type',
      { method: 'POST', url: '/v1/lots', payload: Buffer.from('{}') },
      415,
      'unsupported-media-type',
    ],
    [
      'another charset',
      { ...json('{}'), headers: { 'content-type': 'application/json; charset=latin1' } },
      415,
      'unsupported-media-type',
    ],
    [
      'a compressed body',
      { ...json('{}'), headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } },
      415,
      'unsupported-media-type',
    ],
    ['no body', { method: 'POST', url: '/v1/lots' }, 400, 'invalid-request'],
    ['an array for an object', json('[]'), 400, 'invalid-request'],
    [
      'an array for an object without required fields',
      json('[{"note":"a"}]', '/v1/notes'),
      400,
      'invalid-request',
    ],
    ['a text for an object', json('"lot"'), 400, 'invalid-request'],
    ['null for an object', json('null', '/v1/notes'), 400, 'invalid-request'],
    ['a text for a number in the path', { method: 'GET', url: '/v1/entries/first' }, 400, 'invalid-request'],
    ['a missing token', { method: 'GET', url: '/v1/whoami' }, 401, 'unauthenticated'],
    ['what the framework throws', { method: 'GET', url: '/v1/conflict' }, 409, 'conflict'],
    ['a fault', { method: 'GET', url: '/v1/fault' }, 500, 'internal'],
  ])('is a problem document that names its request: %s', async (...[, request, status, type]) => {
    const { statusCode, headers, problem } = await send(request);
    expect({ statusCode, type: problem?.['type'] }).toEqual({
      statusCode: status,
      type: `https://lodemark.example/problems/${type}`,
    });
    expect(headers['content-type']).toBe('application/problem+json');
    expect(problem).toMatchObject({ status, title: expect.any(String), instance: headers['x-request-id'] });
    expect(problem).toMatchObject({ detail: expect.stringMatching(/./) });
    expect(JSON.stringify(problem)).not.toContain('hush');
  });

  it.each([
    { method: 'DELETE', url: '/v1/lots?limit=1', allow: 'GET, HEAD, POST' },
    { method: 'OPTIONS', url: '/v1/events', allow: 'POST' },
    { method: 'PUT', url: '/v1/entries/7', allow: 'GET, HEAD' },
  ] as const)('says which methods a path takes: $method $url', async ({ allow, ...request }) => {
    const { statusCode, headers, problem } = await send(request);
    expect([statusCode, headers.allow]).toEqual([405, allow]);
    expect(problem?.['detail']).toBe(`What is at this path takes ${allow}.`);
  });

  it('names what stands in the query of an operation that takes none, and goes by none of it', async () => {
    const { problem } = await send(json('{"lot":"a"}', '/v1/lots?lot=b&a/b=1'));
    expect(problem?.['errors']).toEqual([
      { code: 'unknown-field', pointer: '/lot', in: 'query', detail: 'This operation takes no query.' },
      { code: 'unknown-field', pointer: '/a~1b', in: 'query', detail: 'This operation takes no query.' },
    ]);
    expect((await send(json('{"lot":"a"}', '/v1/lots?'))).statusCode).toBe(200);
  });

  it('points to every fault of a body, nested lists included', async () => {
    const body = { packages: [{ number: 'D-1' }, { number: 7, colour: 'red' }, 'D-3'], 'a/b~c': true };
    const { problem } = await send(json(JSON.stringify(body)));
    expect(problem?.['errors']).toEqual(
      expect.arrayContaining([
        { code: 'unknown-field', pointer: '/a~1b~0c', detail: 'This field is not known here.' },
        { code: 'is-string', pointer: '/lot', detail: 'lot must be a string' },
        { code: 'unknown-field', pointer: '/packages/1/colour', detail: 'This field is not known here.' },
        { code: 'matches', pointer: '/packages/1/number', detail: 'A package number looks like D-1.' },
        {
          code: 'not-an-object',
          pointer: '/packages/2',
          detail: 'An object, or a list of objects, is expected here.',
        },
      ]),
    );
  });

  it.each([
    ['a member named like what every object has', { lot: 'a', toString: 1 }, 'unknown-field /toString'],
    [
      'such a member of an object inside',
      { lot: 'a', packages: [{ number: 'D-1', valueOf: 1 }] },
      'unknown-field /packages/0/valueOf',
    ],
    ['a list for an object inside', { lot: 'a', sample: [{ number: 'D-1' }] }, 'not-an-object /sample'],
    ['null for an object inside', { lot: 'a', sample: null }, 'not-an-object /sample'],
    ['a list in a list of objects', { lot: 'a', packages: [[]] }, 'not-an-object /packages/0'],
    ['null in a list of objects', { lot: 'a', packages: [null] }, 'not-an-object /packages/0'],
  ])('does not let pass what validation would overlook: %s', async (_, body, fault) => {
    const { statusCode, problem } = await send(json(JSON.stringify(body)));
    const errors = problem?.['errors'] as { code: string; pointer: string }[];
    expect([statusCode, ...errors.map(({ code, pointer }) => `${code} ${pointer}`)]).toEqual([400, fault]);
  });

  it('does not take null for what may be left out', async () => {
    const { statusCode } = await send(json('{"lot":"a","packages":null}'));
    expect(statusCode).toBe(400);
  });

  it.each(['constructor', 'prototype'])(
    'refuses members that are named %s, wherever they are',
    async (name) => {
      const { problem } = await send(json(`{"lot":"a","packages":[{"number":"D-1","${name}":1}]}`));
      expect(problem?.['errors']).toMatchObject([{ code: 'forbidden-name', pointer: `/packages/0/${name}` }]);
    },
  );

  it.each(['__proto__', 'constructor', 'toString'])(
    'does not overlook a query parameter named %s',
    async (name) => {
      const { problem } = await send({ method: 'GET', url: `/v1/lots?${name}=1` });
      expect(problem?.['errors']).toMatchObject([{ pointer: `/${name}`, in: 'query' }]);
    },
  );

  it('points to every fault of a JSON text', async () => {
    const { problem } = await send(json('{"lot":"a","lot":"b","n":1e999}'));
    const errors = problem?.['errors'] as { code: string; pointer: string }[];
    expect(errors.map(({ code, pointer }) => [code, pointer])).toEqual([
      ['duplicate-name', '/lot'],
      ['unsafe-number', '/n'],
    ]);
  });

  it('lists at most a hundred faults', async () => {
    const body = Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`f${i}`, 0]));
    const { problem } = await send(json(JSON.stringify(body)));
    expect(problem?.['errors']).toHaveLength(100);
  });

  it.each(['0', '501', '-1', '1e2', '0x10', ' 7', '', '07', '9007199254740993', 'NaN'])(
    'says that a fault is in the query: limit=%j',
    async (limit) => {
      const { statusCode, problem } = await send({ method: 'GET', url: '/v1/lots', query: { limit } });
      expect(statusCode).toBe(400);
      const errors = problem?.['errors'] as Record<string, unknown>[];
      expect(errors[0]).toMatchObject({ pointer: '/limit', in: 'query' });
    },
  );

  it('keeps headers and facts of a problem, which cannot replace its own members', async () => {
    const { statusCode, headers, problem } = await send({ method: 'GET', url: '/v1/problem' });
    expect(statusCode).toBe(409);
    expect(headers['retry-after']).toBe('7');
    expect(problem).toMatchObject({ status: 409, lot: 'kokbulak/1', detail: 'The lot left on 3 May.' });
    expect(problem?.['requestId']).toBe(headers['x-request-id']);
  });

  it('tells of what would be taken instead', async () => {
    const media = await send({ ...json('{}'), headers: { 'content-type': 'text/plain' } });
    expect(media.headers['accept']).toBe('application/json');
    const encoding = await send({
      ...json('{}'),
      headers: { 'content-type': 'application/json', 'content-encoding': 'br' },
    });
    expect(encoding.headers['accept-encoding']).toBe('identity');
  });
});

describe('a fault of the service', () => {
  it('is logged once, with its cause, and tells the client nothing of it', async () => {
    service.log.length = 0;
    const { body, headers } = await send({ method: 'GET', url: '/v1/fault' });
    expect(body).not.toMatch(/hush|cause|entry|stack/);
    const faults = service.log.filter(({ level }) => level === 'error');
    expect(faults).toEqual([
      expect.objectContaining({
        requestId: headers['x-request-id'],
        err: expect.objectContaining({ cause: expect.objectContaining({ message: 'the real cause' }) }),
      }),
    ]);
  });
});

describe('what passes', () => {
  it('arrives as instances of its classes', async () => {
    const { body } = await send(json('{"lot":"kokbulak/1","packages":[{"number":"D-1"}]}'));
    expect(JSON.parse(body)).toEqual({
      isInstance: true,
      body: { lot: 'kokbulak/1', packages: [{ number: 'D-1' }] },
    });
  });

  it('has the defaults of its query', async () => {
    expect((await send({ method: 'GET', url: '/v1/lots' })).body).toBe('{"limit":100}');
    expect((await send({ method: 'GET', url: '/v1/lots?limit=500' })).body).toBe('{"limit":500}');
  });

  it('reaches a route that reads bytes as it was sent, a doubled name included', async () => {
    const text = '{"a":1,"a":2}';
    const { body } = await send(json(text, '/v1/events'));
    expect(JSON.parse(body)).toEqual({ mediaType: 'application/json', text, caller: null });
    const jose = {
      ...json('e30.e30.YQ', '/v1/events'),
      headers: { 'content-type': 'Application/JOSE; x=y' },
    };
    expect(JSON.parse((await send(jose)).body)).toMatchObject({
      mediaType: 'application/jose',
      text: 'e30.e30.YQ',
    });
  });

  it('has the limit of its route', async () => {
    const put = (length: number): Request => ({
      method: 'PUT',
      url: '/v1/documents',
      payload: Buffer.alloc(length),
      headers: { 'content-type': 'image/png' },
    });
    expect(JSON.parse((await send(put(4000))).body)).toEqual({ mediaType: 'image/png', length: 4000 });
    expect(await send(put(4001))).toMatchObject({ statusCode: 413, problem: { limit: 4000 } });
  });
});

describe('every response', () => {
  it('has the id that a sane client gave, or a new one, and is guarded against being taken for a page', async () => {
    const given = await send({
      method: 'GET',
      url: '/v1/lots',
      headers: { 'x-request-id': 'trace-0123456789' },
    });
    expect(given.headers['x-request-id']).toBe('trace-0123456789');
    for (const id of ['short', 'a'.repeat(129), 'new\tline-123', 'quote"quote"quote']) {
      const { headers } = await send({ method: 'GET', url: '/v1/lots', headers: { 'x-request-id': id } });
      expect(headers['x-request-id']).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    }
    expect(given.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cache-control': 'no-store',
    });
  });

  it('leaves one line in the log, without query, body or long secrets of the path', async () => {
    service.log.length = 0;
    const capability = 'Zm9vYmFy'.repeat(6);
    await send({
      method: 'GET',
      url: `/v1/entries/${capability}?q=hush`,
      headers: { authorization: 'Bearer hush' },
    });
    await send(json('{"lot":"hush-lot"}'));
    expect(
      service.log.map(({ message, route, path, status, problem }) => [message, route, path, status, problem]),
    ).toEqual([
      ['request', '/v1/entries/:index', '/v1/entries/Zm9vYmFy…', 400, 'invalid-request'],
      ['request', '/v1/lots', '/v1/lots', 200, undefined],
    ]);
    expect(JSON.stringify(service.log)).not.toContain('hush');
  });
});
