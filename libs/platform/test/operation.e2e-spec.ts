import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import {
  DrivenClock,
  HEALTH,
  METRICS,
  serve,
  SHUTDOWN,
  type HealthRegistry,
  type Metrics,
  type RunningService,
  type Shutdown,
} from '../src/index.js';
import { until } from '../../../test/support/until.js';
import { Gate } from './support/tiny-service.js';
import { startTinyService, type TinyService } from './support/start-tiny-service.js';

let service: TinyService;
let running: RunningService;
const clock = new DrivenClock(new Date('2026-11-01T00:00:00Z'));

beforeEach(async () => {
  service = await startTinyService({ clock });
  running = await serve(service.app, { host: '127.0.0.1', port: 0, drainMs: 2000 });
});

afterEach(() => running.stop().catch(() => undefined));

function get(path: string): Promise<Response> {
  return fetch(new URL(path, running.url));
}

describe('the probes', () => {
  it('answer truthfully, and live does not depend on anything', async () => {
    const health = service.app.get<HealthRegistry>(HEALTH);
    let well = true;
    health.add({
      name: 'postgres',
      timeoutMs: 100,
      probes: ['ready', 'startup'],
      check: () => (well ? Promise.resolve({ fsync: 'on' }) : Promise.reject(new Error('down'))),
    });
    const ready = await get('/health/ready');
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({
      status: 'up',
      checks: { postgres: { status: 'up', facts: { fsync: 'on' } } },
    });
    well = false;
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect((await get('/health/ready')).status).toBe(503);
    expect((await get('/health/live')).status).toBe(200);
  });
});

describe('metrics', () => {
  it('count requests by route and status, never by what stands in a path', async () => {
    await get('/v1/entries/7');
    await get('/v1/entries/secret-lot');
    await get('/nowhere/secret-lot');
    const text = await (await get('/metrics')).text();
    expect(text).toMatch(
      /http_request_duration_seconds_count\{[^}]*route="\/v1\/entries\/:index"[^}]*status="200"[^}]*\} 1/,
    );
    expect(text).toMatch(
      /http_request_duration_seconds_count\{[^}]*route="unmatched"[^}]*status="404"[^}]*\} 1/,
    );
    expect(text).toContain('nodejs_eventloop_lag_seconds');
    expect(text).not.toContain('secret-lot');
  });

  it('of two services in one process do not mix', async () => {
    const other = await startTinyService();
    try {
      other.app.get<Metrics>(METRICS).counter('events_accepted_total', 'Events').inc();
      service.app.get<Metrics>(METRICS).counter('events_accepted_total', 'Events').inc(5);
      const scraped = await other.app.inject({ method: 'GET', url: '/metrics' });
      expect(scraped.body).toContain('events_accepted_total{service="tiny"} 1');
    } finally {
      await other.app.close();
    }
  });
});

describe('the clock', () => {
  it('is the one that the service was given', async () => {
    const answer = get('/v1/slow');
    await until(() => service.app.get(Gate).held === 1);
    service.app.get(Gate).open();
    expect(await (await answer).json()).toEqual({ at: '2026-11-01T00:00:00.000Z' });
  });
});

describe('stopping', () => {
  it('answers what has begun, then runs the closers, the last registered first', async () => {
    const order: string[] = [];
    const shutdown = service.app.get<Shutdown>(SHUTDOWN);
    shutdown.onStop('pool', () => Promise.resolve(void order.push('pool')));
    shutdown.onStop('consumer', () => Promise.resolve(void order.push('consumer')));
    const answer = get('/v1/slow').then((response) => {
      order.push('answered');
      return response;
    });
    await until(() => service.app.get(Gate).held === 1);
    const stopped = running.stop();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(order).toEqual([]);
    service.app.get(Gate).open();
    const response = await answer;
    await stopped;
    expect(response.status).toBe(200);
    expect(order).toEqual(['answered', 'consumer', 'pool']);
    await expect(get('/health/live')).rejects.toThrow();
  });

  it('is told by readiness before the door closes', async () => {
    await running.stop();
    service = await startTinyService();
    running = await serve(service.app, { host: '127.0.0.1', port: 0, unreadyMs: 300 });
    const stopped = running.stop();
    const ready = await get('/health/ready');
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ stopping: true });
    await stopped;
  });

  it('is not held up by connections that are idle, or on which nothing was ever sent', async () => {
    await (await get('/v1/lots')).text();
    const socket = await connected(running.url);
    const begun = Date.now();
    await running.stop();
    expect(Date.now() - begun).toBeLessThan(1500);
    socket.destroy();
  });

  it('cuts off at the deadline what does not end, and says so', async () => {
    const answer = get('/v1/slow').catch((cause: unknown) => cause);
    await until(() => service.app.get(Gate).held === 1);
    const begun = Date.now();
    await running.stop();
    expect(Date.now() - begun).toBeGreaterThanOrEqual(1950);
    expect(await answer).toMatchObject({ name: 'TypeError' });
    expect(service.log).toContainEqual(expect.objectContaining({ level: 'warn', connections: 1 }));
  });

  it('runs every closer although one fails, and then says that it failed', async () => {
    const closed: string[] = [];
    const shutdown = service.app.get<Shutdown>(SHUTDOWN);
    shutdown.onStop('first', () => Promise.resolve(void closed.push('first')));
    shutdown.onStop('broken', () => Promise.reject(new Error('no')));
    await expect(running.stop()).rejects.toThrow('could be closed');
    expect(closed).toEqual(['first']);
    expect(service.log).toContainEqual(expect.objectContaining({ level: 'error', closer: 'broken' }));
  });

  it('is one stop, however often it is asked for', async () => {
    let closed = 0;
    service.app.get<Shutdown>(SHUTDOWN).onStop('once', () => Promise.resolve(void (closed += 1)));
    await Promise.all([running.stop(), running.stop()]);
    expect(closed).toBe(1);
  });
});

describe('what is no HTTP, or asks for what there is not', () => {
  it.each([
    ['nonsense', 'HELO lodemark\r\n\r\n', 400],
    ['endless headers', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['a request to nobody', 'GET /v1/whoami HTTP/1.1\r\n\r\n', 400],
    ['an expectation', 'GET /v1/whoami HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\n\r\n', 417],
    ['the wish for a tunnel', 'CONNECT elsewhere:443 HTTP/1.1\r\nHost: a\r\n\r\n', 405],
  ])('is answered with a problem: %s', async (_, text, status) => {
    const socket = await connected(running.url);
    socket.write(text);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer.toString()).toContain('application/problem+json');
    socket.destroy();
  });

  it('leaves no fault in the log when a client goes away in the middle of a body', async () => {
    const socket = await connected(running.url);
    socket.write(
      'POST /v1/lots HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"lot',
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(service.log.filter(({ level }) => level === 'error')).toEqual([]);
    expect((await get('/health/live')).status).toBe(200);
  });

  it('refuses a chunked body as soon as it is too large, on a connection that still brings the answer', async () => {
    const socket = await connected(running.url);
    socket.write(
      'POST /v1/lots HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    socket.write(`1000\r\n${' '.repeat(4096)}\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1.1 413 [^]*body-too-large/);
    socket.destroy();
  });
});

async function connected(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  return socket;
}
