import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  concatBytes,
  encodeEntryBundle,
  formatCheckpoint,
  formatVerifierKey,
  leafHash,
  partialTiles,
  rootOf,
  signNote,
  tilePath,
  tileWidth,
  toHex,
  toUtf8,
  verifierKey,
  type Signer,
  type VerifierKey,
} from '@lodemark/transparency';
import { newSigner } from '../../../libs/witness/test/log.js';
import { lodemark, type Ran } from './support.js';

/** Of nobody's network: its entries are any bytes. */
const ORIGIN = 'elsewhere.example/software';
const ENTRIES = Array.from({ length: 600 }, (_, i) =>
  toUtf8(i === 7 ? '' : `entry ${i} `.repeat(1 + (i % 9))),
);
const MEGABYTE = new Uint8Array(1024 * 1024);

let top: string;
let signer: Signer;

beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), 'lodemark-foreign-log-'));
  signer = await newSigner();
});
afterAll(() => rm(top, { recursive: true, force: true }));

interface Named {
  readonly origin?: string;
  readonly keyName?: string;
  readonly extensionLines?: readonly string[];
}

function keyNamed(name: string): VerifierKey {
  if (signer.publicKey.kty !== 'OKP') throw new Error('no Ed25519 key');
  return verifierKey(name, signer.publicKey);
}

/** The files of a log with so many entries: what its checkpoint needs, and the tiles that are full. */
async function logOf(
  size: number,
  { origin = ORIGIN, keyName = origin, extensionLines = [] }: Named = {},
): Promise<Map<string, Uint8Array>> {
  const leaves = ENTRIES.slice(0, size).map((entry) => leafHash(entry));
  const roots = Array.from({ length: Math.floor(size / 256) }, (_, n) =>
    rootOf(leaves.slice(n * 256, (n + 1) * 256)),
  );
  const files = new Map<string, Uint8Array>();
  for (let index = 0; index * 256 < size; index += 1) {
    const [from, width] = [index * 256, tileWidth(0, index, size)];
    files.set(
      tilePath({ level: 'entries', index, width }),
      encodeEntryBundle(ENTRIES.slice(from, from + width)),
    );
    files.set(tilePath({ level: 0, index, width }), concatBytes(...leaves.slice(from, from + width)));
  }
  for (const tile of partialTiles(size))
    if (tile.level === 1) files.set(tilePath(tile), concatBytes(...roots.slice(0, tile.width)));
  const more = extensionLines.length === 0 ? {} : { extensionLines };
  const text = formatCheckpoint({ origin, size, root: toHex(rootOf(leaves)), ...more });
  return files.set('checkpoint', toUtf8(await signNote(text, keyName, signer)));
}

async function written(files: ReadonlyMap<string, Uint8Array>): Promise<string> {
  const folder = await mkdtemp(join(top, 'log-'));
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  return folder;
}

const verify = (log: string): Promise<Ran> =>
  lodemark(['log', 'verify', log, '--log-key', formatVerifierKey(keyNamed(ORIGIN)), '--json']);

/** As a log that has grown meanwhile: partial tiles that became full ones are gone. */
async function grown(size: number, now: number): Promise<Map<string, Uint8Array>> {
  const [before, after] = [await logOf(size), await logOf(now)];
  for (const [path, bytes] of before) {
    const full = path.replace(/\.p\/[0-9]+$/, '');
    if (!after.has(full) || path === 'checkpoint') after.set(path, bytes);
  }
  return after;
}

describe('a log of somebody else in files', () => {
  it.each([0, 1, 255, 256, 257, 511, 512, 513, 600])('verifies with %s entries of any kind', async (size) => {
    const { exit, out } = await verify(await written(await logOf(size)));
    expect([exit, JSON.parse(out)]).toMatchObject([0, { checkpoint: { origin: ORIGIN, size } }]);
  });

  it('verifies with extension lines, which are shown, and is exported as it stands', async () => {
    const folder = await written(await logOf(5, { extensionLines: ['one more', 'and + another'] }));
    const { exit, out } = await verify(folder);
    expect([exit, JSON.parse(out)]).toMatchObject([
      0,
      { signature: 'holds', checkpoint: { size: 5, extensionLines: ['one more', 'and + another'] } },
    ]);
    const said = await lodemark(['log', 'verify', folder, '--log-key', formatVerifierKey(keyNamed(ORIGIN))]);
    expect(said.out).toContain('2 extension lines');
    const url = await serve(files(await logOf(5, { extensionLines: ['one more', 'and + another'] })));
    const copy = await mkdtemp(join(top, 'exported-'));
    expect((await lodemark(['log', 'export', url, copy])).exit).toBe(0);
    expect(await readFile(join(copy, 'checkpoint'), 'utf8')).toContain('\none more\nand + another\n\n');
  });

  it.each(['elsewhere.example/root', 'elsewhere.example/log/main'])(
    'verifies with the origin %s, which might be ours, when it is said to be foreign',
    async (origin) => {
      const folder = await written(await logOf(5, { origin }));
      const ours = ['log', 'verify', folder, '--log-key', formatVerifierKey(keyNamed(origin))];
      const { exit, err } = await lodemark(ours);
      expect([exit, err]).toEqual([5, expect.stringContaining('Entry 0 is none of')]);
      expect((await lodemark([...ours, '--foreign'])).exit).toBe(0);
      expect(
        (await lodemark(['log', 'export', await serve(files(await logOf(5, { origin }))), folder])).exit,
      ).toBe(0);
    },
  );

  it('verifies with a key of another name, for that origin and no other', async () => {
    const [origin, vkey] = ['a log of software', formatVerifierKey(keyNamed('elsewhere.example/key'))];
    const folder = await written(await logOf(5, { origin, keyName: 'elsewhere.example/key' }));
    const verifiedFor = (key: string) => lodemark(['log', 'verify', folder, '--log-key', key]);
    expect((await verifiedFor(`${vkey} ${origin}`)).exit).toBe(0);
    for (const [given, why] of [
      [vkey, 'No signature is by a key of the log'],
      [`${vkey} another log`, `It is of the log ${origin}`],
      [
        `${formatVerifierKey(keyNamed('elsewhere.example/other'))} ${origin}`,
        'No signature is by a known key',
      ],
    ] as const) {
      const { exit, err } = await verifiedFor(given);
      expect([exit, err]).toEqual([5, expect.stringContaining(why)]);
    }
  });

  it('verifies where the full tile has taken the place of the partial one', async () => {
    expect((await verify(await written(await grown(300, 600)))).exit).toBe(0);
  });

  it('does not verify where neither is there, or the full one begins otherwise', async () => {
    const without = await logOf(300);
    without.delete('tile/0/001.p/44');
    const { exit, err } = await verify(await written(without));
    expect([exit, err]).toEqual([5, expect.stringContaining('001.p/44')]);
    const otherwise = await grown(300, 600);
    otherwise.get('tile/0/001')![0]! ^= 1;
    expect((await verify(await written(otherwise))).exit).toBe(5);
  });
});

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
});

async function serve(handler: Handler): Promise<string> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const files =
  (log: ReadonlyMap<string, Uint8Array>, isPacked: (path: string) => boolean = () => false): Handler =>
  (request, response) => {
    const path = (request.url ?? '/').slice(1);
    const bytes = log.get(path);
    if (bytes === undefined) response.writeHead(404).end();
    else if (isPacked(path)) response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(bytes));
    else response.writeHead(200).end(bytes);
  };

describe('a log of somebody else at an address', () => {
  it('verifies with entry bundles that are gzipped without being asked for', async () => {
    const url = await serve(files(await logOf(600), (path) => path.includes('entries')));
    expect((await verify(url)).exit).toBe(0);
  });

  it('verifies where partial tiles were taken away since its checkpoint was read', async () => {
    expect((await verify(await serve(files(await grown(300, 600))))).exit).toBe(0);
  });

  it('is asked once more where it broke off in the middle of a tile', async () => {
    const log = await logOf(300);
    let broken = 0;
    const url = await serve((request, response) => {
      if (request.url !== '/tile/0/000' || broken > 0) {
        files(log)(request, response);
        return;
      }
      broken += 1;
      response.writeHead(200, { 'content-length': '8192' }).write(MEGABYTE.subarray(0, 100), () => {
        response.destroy();
      });
    });
    expect([(await verify(url)).exit, broken]).toEqual([0, 1]);
  });

  it.each<[string, Handler]>([
    [
      'that is small and unpacks to much more than a tile',
      (_, response) =>
        response
          .writeHead(200, { 'content-encoding': 'gzip' })
          .end(gzipSync(new Uint8Array(64 * 1024 * 1024))),
    ],
    [
      'that does not end',
      (_, response) => {
        const more = (): void => {
          if (!response.destroyed) response.write(MEGABYTE, more);
        };
        response.writeHead(200);
        more();
      },
    ],
  ])('is not read on with a bundle %s', async (...[, handler]) => {
    const log = await logOf(300);
    const url = await serve((request, response) => {
      (request.url === '/tile/entries/000' ? handler : files(log))(request, response);
    });
    const { exit, err } = await verify(url);
    expect([exit, err]).toEqual([5, expect.stringContaining('more than a tile')]);
  });
});
