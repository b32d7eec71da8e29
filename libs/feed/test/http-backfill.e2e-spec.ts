import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BackfillError, HttpBackfill, HttpFeed, type FeedEntry } from '@lodemark/feed';
import { leafHash, toBase64, toHex, toUtf8 } from '@lodemark/transparency';

const ORIGIN = 'test.lodemark.example/log/mine';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

function entryOf(index: number) {
  const bytes = toUtf8(`entry ${index}`);
  return { index, leaf: toHex(leafHash(bytes)), entry: toBase64(bytes) };
}

const page = (body: unknown): Answer => {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
};

describe('backfill over HTTP', () => {
  let server: Server;
  let answer: Answer;
  let requests: IncomingMessage[];

  beforeEach(async () => {
    requests = [];
    server = createServer((request, response) => {
      requests.push(request);
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  function backfill(options: { token?: string; timeoutMs?: number; known?: boolean } = {}): HttpBackfill {
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/logs/mine`;
    const { token, timeoutMs, known = true } = options;
    return new HttpBackfill({
      addressOf: () => Promise.resolve(known ? address : undefined),
      token: token === undefined ? undefined : () => Promise.resolve(token),
      timeoutMs,
    });
  }

  it('asks for a page with the token of that service and reads its entries', async () => {
    answer = page({ origin: ORIGIN, size: 2, entries: [entryOf(3), entryOf(4)] });
    const entries = await backfill({ token: 'secret' }).fetch(ORIGIN, 3, 2);
    expect(entries.map(({ index, bytes }) => [index, new TextDecoder().decode(bytes)])).toEqual([
      [3, 'entry 3'],
      [4, 'entry 4'],
    ]);
    expect(requests.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ['/v1/logs/mine/entries?from=3&limit=2', 'Bearer secret'],
    ]);
  });

  it('has nothing where nobody serves the log or the log is not there', async () => {
    answer = (_request, response) => response.writeHead(404).end();
    expect(await backfill({ known: false }).fetch(ORIGIN, 0, 1)).toEqual([]);
    expect(requests).toEqual([]);
    expect(await backfill().fetch(ORIGIN, 0, 1)).toEqual([]);
    expect(await backfill().checkpoint(ORIGIN)).toBeUndefined();
  });

  it('reads a published checkpoint as text', async () => {
    answer = (_request, response) =>
      response.writeHead(200, { 'content-type': 'text/plain' }).end('a note\n');
    expect(await backfill().checkpoint(ORIGIN)).toBe('a note\n');
  });

  it.each<[string, unknown]>([
    ['no object', []],
    ['another log', { origin: 'test.lodemark.example/log/other', entries: [] }],
    ['no entries', { origin: ORIGIN }],
    ['an index that is no index', { origin: ORIGIN, entries: [{ ...entryOf(0), index: -1 }] }],
    ['bytes that are not base64', { origin: ORIGIN, entries: [{ ...entryOf(0), entry: '%' }] }],
  ])('refuses a page that is %s', async (_what, body) => {
    answer = page(body);
    await expect(backfill().fetch(ORIGIN, 0, 1)).rejects.toThrow(BackfillError);
  });

  it('refuses a page with a name twice', async () => {
    answer = (_request, response) =>
      response.writeHead(200).end(`{"origin":"${ORIGIN}","entries":[],"entries":[]}`);
    await expect(backfill().fetch(ORIGIN, 0, 1)).rejects.toThrow(BackfillError);
  });

  it('says what the service answered instead', async () => {
    answer = (_request, response) => response.writeHead(503).end();
    await expect(backfill().fetch(ORIGIN, 0, 1)).rejects.toMatchObject({ status: 503 });
  });

  it('follows no redirect, which would carry the token elsewhere', async () => {
    answer = (_request, response) => response.writeHead(302, { location: '/elsewhere' }).end();
    await expect(backfill({ token: 'secret' }).fetch(ORIGIN, 0, 1)).rejects.toMatchObject({ status: 0 });
    expect(requests.length).toBe(1);
  });

  it('gives up on a service that does not answer, and on one that does not finish', async () => {
    answer = () => undefined;
    await expect(backfill({ timeoutMs: 100 }).fetch(ORIGIN, 0, 1)).rejects.toThrow(BackfillError);
    answer = (_request, response) => response.writeHead(200).write('{');
    await expect(backfill({ timeoutMs: 100 }).fetch(ORIGIN, 0, 1)).rejects.toThrow(BackfillError);
  });

  it('feeds a consumer by itself, where neither broker nor database is shared', async () => {
    let size = 3;
    answer = (request, response) => {
      const from = Number(new URL(request.url ?? '/', 'http://x').searchParams.get('from'));
      const entries = Array.from({ length: size }, (_, index) => entryOf(index)).slice(from);
      page({ origin: ORIGIN, size, entries })(request, response);
    };
    const feed = new HttpFeed({ backfill: backfill(), pollMs: 20 });
    const taken: FeedEntry[] = [];
    try {
      feed.follow(
        ORIGIN,
        { index: 0 },
        {
          apply: (batch) => {
            taken.push(...batch);
            return Promise.resolve();
          },
          heldLeaves: () => Promise.resolve([]),
          settle: () => Promise.resolve({ kind: 'held-stands' }),
        },
      );
      const reached = async (count: number) => {
        for (let waited = 0; taken.length < count; waited += 1) {
          if (waited > 1_000) throw new Error('it did not come');
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      };
      await reached(3);
      size = 5;
      await reached(5);
      expect(taken.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
    } finally {
      await feed.close();
    }
  });
});
