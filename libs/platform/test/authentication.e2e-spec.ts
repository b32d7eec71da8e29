import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPair, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { createTokenVerifier, LocalIssuer, type CallerRole } from '../src/index.js';
import { startTinyService, type TinyService } from './support/start-tiny-service.js';

const ISSUER = 'https://issuer.lodemark.example';
const AUDIENCE = 'lodemark';
let folder: string;
let issuer: LocalIssuer;
let service: TinyService;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lodemark-issuer-'));
  issuer = await LocalIssuer.open(join(folder, 'keys', 'issuer.json'), ISSUER);
  service = await startTinyService({
    tokens: createTokenVerifier([issuer.trust(AUDIENCE)]),
    rateLimit: { burst: 10_000, perSecond: 10_000 },
  });
});

afterAll(async () => {
  await service.app.close();
  await rm(folder, { recursive: true });
});

function token(
  roles: readonly CallerRole[] = [],
  request: Partial<Parameters<LocalIssuer['issue']>[0]> = {},
) {
  return issuer.issue({ subject: 'clerk-7', roles, audience: AUDIENCE, lifetimeSeconds: 60, ...request });
}

async function get(url: string, authorization?: string) {
  const response = await service.app.inject({
    method: 'GET',
    url,
    headers: authorization === undefined ? {} : { authorization },
  });
  return {
    status: response.statusCode,
    headers: response.headers,
    body: response.json<Record<string, unknown>>(),
  };
}

describe('a bearer token', () => {
  it('says who the caller is and what it may do', async () => {
    const roles: CallerRole[] = [
      { role: 'facility-operator', facilities: ['src', 'euclid'] },
      { role: 'registrar' },
    ];
    const { status, body } = await get('/v1/whoami', `Bearer ${await token(roles)}`);
    expect({ status, body }).toEqual({ status: 200, body: { subject: 'clerk-7', roles } });
    expect((await get('/v1/whoami', `bearer   ${await token()}`)).status).toBe(200);
  });

  it('without the role that is asked for is a 403 that names the role', async () => {
    const { status, headers, body } = await get(
      '/v1/registrar',
      `Bearer ${await token([{ role: 'facility-operator', facilities: ['src'] }])}`,
    );
    expect(status).toBe(403);
    expect(headers['www-authenticate']).toContain('insufficient_scope');
    expect(body['detail']).toContain('registrar');
    expect((await get('/v1/registrar', `Bearer ${await token([{ role: 'administrator' }])}`)).status).toBe(
      200,
    );
  });

  it('stays out of the log', async () => {
    service.log.length = 0;
    const bearer = await token();
    await get('/v1/whoami', `Bearer ${bearer}`);
    await get('/v1/whoami', `Bearer ${bearer}x`);
    expect(service.log).toHaveLength(2);
    expect(service.log[0]).toMatchObject({ caller: 'clerk-7', status: 200 });
    expect(JSON.stringify(service.log)).not.toContain(bearer.slice(40, 80));
  });
});

describe('what is no good token', () => {
  const now = () => Math.floor(Date.now() / 1000);
  const claims = (changed: JWTPayload = {}): JWTPayload => ({
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'mallory',
    iat: now(),
    exp: now() + 60,
    lodemark_roles: [{ role: 'administrator' }],
    ...changed,
  });
  const sign = async (payload: JWTPayload, alg = 'ES256') =>
    new SignJWT(payload).setProtectedHeader({ alg }).sign((await generateKeyPair(alg)).privateKey);
  const tampered = async () => {
    const [head, body = '', signature] = (await token()).split('.');
    const payload = JSON.parse(Buffer.from(body, 'base64url').toString()) as JWTPayload;
    return [
      head,
      Buffer.from(JSON.stringify({ ...payload, sub: 'root' })).toString('base64url'),
      signature,
    ].join('.');
  };

  it.each<[string, () => string | Promise<string>, RegExp]>([
    ['one without a signature', () => new UnsecuredJWT(claims()).encode(), /signature|algorithm|JWT/],
    ['one signed with another key', () => sign(claims()), /signature|key/],
    ['one that was altered', tampered, /signature/],
    ['one of another issuer', () => sign(claims({ iss: 'https://evil.example' })), /issuer/],
    [
      'one signed with the public key as a shared secret',
      () =>
        new SignJWT(claims())
          .setProtectedHeader({ alg: 'HS256' })
          .sign(Buffer.from(JSON.stringify(issuer.jwks.keys[0]))),
      /algorithm|key/,
    ],
    ['one that has expired', () => token([], { lifetimeSeconds: -60 }), /expired/],
    ['one for another audience', () => token([], { audience: 'billing' }), /audience/],
    ['no JWT at all', () => 'opaque-token', /not a JWT/],
    ['an empty one', () => '', /Bearer/],
    ['one that is endless', () => 'e'.repeat(15_000), /JWT/],
  ])('is a 401 that says why: %s', async (...[, make, why]) => {
    const { status, headers, body } = await get('/v1/whoami', `Bearer ${await make()}`);
    expect(status).toBe(401);
    expect(headers['www-authenticate']).toBe('Bearer realm="lodemark", error="invalid_token"');
    expect(body['detail']).toMatch(why);
  });

  it('is refused where a token is optional as well', async () => {
    const post = async (headers: Record<string, string>) =>
      (
        await service.app.inject({
          method: 'POST',
          url: '/v1/events',
          payload: '{}',
          headers: { 'content-type': 'application/json', ...headers },
        })
      ).statusCode;
    expect(await post({})).toBe(200);
    expect(await post({ authorization: `Bearer ${await token()}` })).toBe(200);
    expect(await post({ authorization: 'Bearer nonsense' })).toBe(401);
    expect(await post({ authorization: 'Basic YTpi' })).toBe(401);
  });

  it('is not looked at where none is needed', async () => {
    expect((await get('/v1/lots', 'Bearer nonsense')).status).toBe(200);
  });

  it('counts against the address of whoever guesses', async () => {
    const guarded = await startTinyService({
      tokens: createTokenVerifier([]),
      rateLimit: { burst: 3, perSecond: 0.01 },
    });
    try {
      const statuses: number[] = [];
      for (let i = 0; i < 5; i++) {
        const answer = await guarded.app.inject({
          method: 'GET',
          url: '/v1/whoami',
          headers: { authorization: `Bearer x${i}` },
        });
        statuses.push(answer.statusCode);
      }
      expect(statuses).toEqual([401, 401, 401, 429, 429]);
    } finally {
      await guarded.app.close();
    }
  });
});

describe('the rate limit', () => {
  it('is one for each caller, says when to come again, and does not count probes', async () => {
    const limited = await startTinyService({
      tokens: createTokenVerifier([issuer.trust(AUDIENCE)]),
      rateLimit: { burst: 2, perSecond: 0.05 },
    });
    try {
      const ask = async (subject: string) =>
        limited.app.inject({
          method: 'GET',
          url: '/v1/whoami',
          headers: { authorization: `Bearer ${await token([], { subject })}` },
        });
      const answers = [await ask('a'), await ask('a'), await ask('a'), await ask('b')];
      expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 429, 200]);
      expect(answers[2]?.headers).toMatchObject({
        'retry-after': '20',
        'content-type': 'application/problem+json',
      });
      for (let i = 0; i < 10; i++) {
        expect((await limited.app.inject({ method: 'GET', url: '/health/live' })).statusCode).toBe(200);
      }
    } finally {
      await limited.app.close();
    }
  });
});

describe('LocalIssuer', () => {
  it('keeps its key in a file that only its owner may read, and finds it again', async () => {
    const path = join(folder, 'keys', 'issuer.json');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await LocalIssuer.open(path, ISSUER)).jwks).toEqual(issuer.jwks);
    expect(JSON.stringify(issuer.jwks)).not.toContain('"d"');
    expect(await readFile(path, 'utf8')).toContain('"d"');
  });

  it('makes one key when two open at once', async () => {
    const path = join(folder, 'both.json');
    const both = await Promise.all([LocalIssuer.open(path, ISSUER), LocalIssuer.open(path, ISSUER)]);
    expect(both[0].jwks).toEqual(both[1].jwks);
  });

  it('refuses a key that others may read, and a file that holds none', async () => {
    const path = join(folder, 'open.json');
    await LocalIssuer.open(path, ISSUER);
    await chmod(path, 0o644);
    await expect(LocalIssuer.open(path, ISSUER)).rejects.toThrow('mode 600');
    await expect(LocalIssuer.open(folder, ISSUER)).rejects.toThrow();
  });

  it('signs no role that does not exist', async () => {
    await expect(token([{ role: 'root' } as never])).rejects.toThrow('does not exist');
  });
});

describe('an issuer elsewhere', () => {
  let server: Server;
  let origin: string;
  let broken = false;
  const asked: string[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      if (broken) response.writeHead(500).end();
      else if (request.url === '/.well-known/openid-configuration') {
        response.end(JSON.stringify({ issuer: origin, jwks_uri: `${origin}/keys` }));
      } else if (request.url === '/keys') response.end(JSON.stringify(issuer.jwks));
      else if (request.url === '/moved') response.writeHead(302, { location: '/keys' }).end();
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const tokenOf = async (named: string) =>
    (await LocalIssuer.open(join(folder, 'keys', 'issuer.json'), named)).issue({
      subject: 'clerk-7',
      roles: [],
      audience: AUDIENCE,
      lifetimeSeconds: 60,
    });

  it('is discovered, and asked once for many tokens', async () => {
    asked.length = 0;
    const verifier = createTokenVerifier([{ issuer: origin, audience: AUDIENCE }]);
    const bearer = await tokenOf(origin);
    const callers = await Promise.all(Array.from({ length: 5 }, () => verifier.verify(bearer)));
    expect(callers.map(({ subject }) => subject)).toEqual(Array(5).fill('clerk-7'));
    expect(asked).toEqual(['/.well-known/openid-configuration', '/keys']);
  });

  it('is a 503 with a time to wait when its keys cannot be had: the token may be good', async () => {
    broken = true;
    try {
      const verifier = createTokenVerifier([{ issuer: origin, audience: AUDIENCE }]);
      const refusal = verifier.verify(await tokenOf(origin));
      await expect(refusal).rejects.toMatchObject({ status: 503, headers: { 'Retry-After': '5' } });
      asked.length = 0;
      await expect(verifier.verify(await tokenOf(origin))).rejects.toMatchObject({ status: 503 });
      expect(asked).toEqual([]);
    } finally {
      broken = false;
    }
  });

  it('is not followed to where its keys are said to have moved', async () => {
    const verifier = createTokenVerifier([
      { issuer: origin, audience: AUDIENCE, jwksUri: `${origin}/moved` },
    ]);
    await expect(verifier.verify(await tokenOf(origin))).rejects.toMatchObject({ status: 503 });
  });

  it('cannot pass for another', async () => {
    const verifier = createTokenVerifier([{ issuer: `${origin}/`, audience: AUDIENCE }]);
    await expect(verifier.verify(await tokenOf(`${origin}/`))).rejects.toMatchObject({ status: 503 });
  });
});
