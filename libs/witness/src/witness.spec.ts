import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  cosignerKey,
  formatAddCheckpoint,
  parseNote,
  parsePublicJwk,
  parseTrustPolicy,
  parseVerifierKey,
  formatCosignerKey,
  toBase64Url,
  fromHex,
  openAnyWitnessed,
  openWitnessed,
  signCheckpoint,
  signNote,
  formatVerifierKey,
  verifierKey,
  webCryptoSignatures,
  type CosignerKey,
  type Ed25519PublicJwk,
  type VerifierKey,
} from '@lodemark/transparency';
import { ORIGIN, SmallLog, newSigner, withFolder } from '../test/log.js';
import { CosignatureCollector } from './collect-cosignatures.js';
import { VouchedTrees } from './vouched-trees.js';
import { Witness, type WitnessedLog } from './witness.js';
import { serveWitness, type WitnessServer } from './witness-server.js';

const VECTORS = new URL('../../../test/vectors/witness-protocol-litewitness/', import.meta.url);
const NAME = 'example.com/witness';
const signer = await newSigner();
const key: CosignerKey = cosignerKey(NAME, signer.publicKey as Ed25519PublicJwk);
const running: WitnessServer[] = [];
let now = new Date('2026-11-29T12:00:00.600Z');

async function start(folder: string, logs: readonly WitnessedLog[]): Promise<string> {
  const trees = new VouchedTrees(folder);
  const witness = new Witness({
    name: NAME,
    signer,
    logs,
    trees,
    checker: webCryptoSignatures,
    now: () => now,
  });
  const server = await serveWitness(witness, {
    host: '127.0.0.1',
    port: 0,
    onTrouble: (error) => {
      throw error;
    },
  });
  running.push(server);
  return server.url;
}

interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly body: string;
}

async function post(url: string, body: string | Uint8Array<ArrayBuffer>): Promise<Answer> {
  const response = await fetch(`${url}/add-checkpoint`, { method: 'POST', body });
  return { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
}

async function add(url: string, log: SmallLog, [oldSize, size]: readonly [number, number]): Promise<Answer> {
  const proof = oldSize === 0 || oldSize > size ? [] : await log.proof(oldSize, size);
  return post(url, formatAddCheckpoint({ oldSize, proof, note: await log.note(size) }));
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
  now = new Date('2026-11-29T12:00:00.600Z');
});

interface Exchange {
  readonly request: string;
  readonly status: number;
  readonly assertion: string;
}

/** The exchanges of a published script, in order. */
function exchanges(name: string): readonly Exchange[] {
  const script = readFileSync(new URL(`${name}.hurl`, VECTORS), 'utf8');
  return [...script.matchAll(/```\n([^]*?)\n```\nHTTP (\d+)\n\[Asserts\]\n([^\n]+)/g)].map(
    ([, request = '', status, assertion = '']) => ({
      request: `${request}\n`,
      status: Number(status),
      assertion,
    }),
  );
}

function keyFrom(hex: string, name: string): VerifierKey {
  const jwk = parsePublicJwk({ kty: 'OKP', crv: 'Ed25519', x: toBase64Url(fromHex(hex)!) });
  if (!jwk.ok) throw new Error('no key');
  return verifierKey(name, jwk.value as Ed25519PublicJwk);
}

describe('the published exchanges with a witness', () => {
  const { sigsumLogKeyHex } = JSON.parse(readFileSync(new URL('keys.json', VECTORS), 'utf8')) as {
    sigsumLogKeyHex: string;
  };
  const origin = 'sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562';

  it('go as they went with the witness that they were taken from', () =>
    withFolder(async (folder) => {
      const url = await start(folder, [{ origin, keys: [keyFrom(sigsumLogKeyHex, origin)] }]);
      const script = exchanges('add-checkpoint');
      expect(script).toHaveLength(9);
      for (const { request, status, assertion } of script) {
        const answer = await post(url, request);
        const isUnknown = assertion.includes('unknown log');
        // That witness answered 403 to an unknown log; the text of tlog-witness demands 404.
        expect(answer.status).toBe(isUnknown ? 404 : status);
        const [, whole] = /^body == "(\d+)\\n"$/.exec(assertion) ?? [];
        const [, part] = /^body contains "(.*)"$/.exec(assertion) ?? [];
        if (whole !== undefined)
          expect([answer.body, answer.type]).toEqual([`${whole}\n`, 'text/x.tlog.size']);
        else expect(answer.body).toContain(part);
      }
    }));

  it('hold for a log whose key has another name than its origin', () =>
    withFolder(async (folder) => {
      const vkey = parseVerifierKey('sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8');
      if (!vkey.ok) throw new Error('unreadable');
      const url = await start(folder, [{ origin: 'go.sum database tree', keys: [vkey.value] }]);
      const [exchange] = exchanges('sumdb-add-checkpoint');
      expect(await post(url, exchange!.request)).toMatchObject({
        status: 200,
        body: expect.stringContaining(`— ${NAME} `),
      });
    }));
});

describe('a witness', () => {
  it('cosigns what follows, once it is on disk, and answers where it stands after a restart', () =>
    withFolder(async (folder) => {
      const log = await SmallLog.of(12);
      const logs = [{ origin: ORIGIN, keys: [log.key] }];
      const first = await start(folder, logs);
      expect(await add(first, log, [0, 5])).toMatchObject({ status: 200, type: 'text/plain; charset=utf-8' });
      const second = await start(folder, logs);
      expect(await add(second, log, [0, 9])).toEqual({ status: 409, type: 'text/x.tlog.size', body: '5\n' });
      expect((await add(second, log, [5, 9])).status).toBe(200);
      expect((await add(first, log, [9, 9])).status).toBe(200);
    }));

  it.each([
    ['a shorter tree', [9, 5], 400],
    ['a proof from elsewhere', [4, 9], 409],
    ['a tree that ends before its last one', [5, 5], 409],
  ] as const)('refuses %s', (_, [oldSize, size], status) =>
    withFolder(async (folder) => {
      const log = await SmallLog.of(12);
      const url = await start(folder, [{ origin: ORIGIN, keys: [log.key] }]);
      expect((await add(url, log, [0, 9])).status).toBe(200);
      expect((await add(url, log, [oldSize, size])).status).toBe(status);
      expect((await add(url, log, [9, 12])).status).toBe(200);
    }),
  );

  it('refuses a second history, of the same size and above, and goes on with the first', () =>
    withFolder(async (folder) => {
      const log = await SmallLog.of(12);
      const fork = log.forkedAt(3);
      const url = await start(folder, [{ origin: ORIGIN, keys: [log.key] }]);
      expect((await add(url, log, [0, 9])).status).toBe(200);
      expect(await add(url, fork, [9, 9])).toMatchObject({
        status: 422,
        body: expect.stringContaining('consistency proof'),
      });
      expect(await add(url, fork, [9, 12])).toMatchObject({
        status: 422,
        body: expect.stringContaining('consistency proof'),
      });
      expect((await add(url, log, [9, 12])).status).toBe(200);
    }));

  it('refuses a tree of no entries with a root, a proof from nothing, and strangers', () =>
    withFolder(async (folder) => {
      const [log, stranger] = [await SmallLog.of(3), await SmallLog.of(3)];
      const url = await start(folder, [{ origin: ORIGIN, keys: [log.key] }]);
      const empty = await signNote(
        `${ORIGIN}\n0\n${Buffer.alloc(32, 1).toString('base64')}\n`,
        ORIGIN,
        log.signer,
      );
      expect((await post(url, `old 0\n\n${empty}`)).status).toBe(422);
      const proof = await log.proof(1, 3);
      expect(
        (await post(url, formatAddCheckpoint({ oldSize: 0, proof, note: await log.note(3) }))).status,
      ).toBe(422);
      expect(
        (await post(url, formatAddCheckpoint({ oldSize: 0, proof: [], note: await stranger.note(3) })))
          .status,
      ).toBe(403);
      const elsewhere = (await log.note(3)).replaceAll(ORIGIN, 'other.example/root');
      expect((await post(url, `old 0\n\n${elsewhere}`)).status).toBe(404);
      const cut = (await log.note(3)).slice(0, -1);
      const unreadable = (await log.note(3)).replace(/.=\n$/, '=\n');
      expect((await post(url, `old 0\n\n${unreadable}`)).status).toBe(403);
      for (const body of ['', 'old 0\n', 'old 01\n\nx', `old 0\n\n${cut}`, '\ud800'])
        expect((await post(url, body)).status).toBe(400);
      expect((await post(url, new Uint8Array([0xff, 0xfe]))).status).toBe(400);
    }));

  it('shows the latest checkpoint with the log’s signature and its own, and nothing else of whoever asked', () =>
    withFolder(async (folder) => {
      const log = await SmallLog.of(12);
      const url = await start(folder, [{ origin: ORIGIN, keys: [log.key] }]);
      const path = `${url}/${createHash('sha256').update(ORIGIN).digest('hex')}/checkpoint`;
      expect((await fetch(path)).status).toBe(404);
      const extra = `— stranger.example ${Buffer.alloc(68, 7).toString('base64')}\n`;
      await post(url, formatAddCheckpoint({ oldSize: 0, proof: [], note: `${await log.note(4)}${extra}` }));
      const note = await (await fetch(path)).text();
      const policy = parseTrustPolicy(
        `log ${formatVerifierKey(log.key)}\nwitness w ${formatCosignerKey(key)}\nquorum w\n`,
      );
      if (!policy.ok) throw new Error('unreadable');
      expect(await openWitnessed(note, policy.value, webCryptoSignatures)).toMatchObject({
        ok: true,
        value: { checkpoint: log.checkpoint(4), quorumMet: true, cosignatures: [{ time: 1795953600 }] },
      });
      const opened = parseNote(note);
      expect(opened.ok && opened.value.signatures.map(({ name }) => name)).toEqual([ORIGIN, NAME]);
    }));

  it('cosigns what another’s log adds in extension lines along with the rest, as it stands', () =>
    withFolder(async (folder) => {
      const log = await SmallLog.of(12);
      const url = await start(folder, [{ origin: ORIGIN, keys: [log.key] }]);
      const policy = parseTrustPolicy(
        `log ${formatVerifierKey(log.key)}\nwitness w ${formatCosignerKey(key)}\nquorum w\n`,
      );
      if (!policy.ok) throw new Error('unreadable');
      const extended = (size: number, extensionLines: readonly string[]): Promise<string> =>
        signCheckpoint({ ...log.checkpoint(size), extensionLines }, log.signer);
      for (const [oldSize, size, lines] of [
        [0, 5, ['one more', 'and + another']],
        [5, 5, ['other words of the same tree']],
        [5, 9, []],
      ] as const) {
        const proof = oldSize === 0 ? [] : await log.proof(oldSize, size);
        const note = await extended(size, lines);
        const { status, body } = await post(url, formatAddCheckpoint({ oldSize, proof, note }));
        expect(status).toBe(200);
        const cosigned = `${note}${body}`;
        expect(await openAnyWitnessed(cosigned, policy.value, webCryptoSignatures)).toMatchObject({
          ok: true,
          value: { quorumMet: true },
        });
        const path = `${url}/${createHash('sha256').update(ORIGIN).digest('hex')}/checkpoint`;
        expect(await (await fetch(path)).text()).toBe(cosigned);
      }
      const impossible = await signNote(
        `${ORIGIN}\n0\n${Buffer.alloc(32, 1).toString('base64')}\nmore\n`,
        ORIGIN,
        log.signer,
      );
      expect((await post(url, `old 9\n\n${impossible}`)).status).toBe(422);
    }));

  it('answers HEAD as it answers GET, without the body, and no other method there', () =>
    withFolder(async (folder) => {
      const log = await SmallLog.of(3);
      const url = await start(folder, [{ origin: ORIGIN, keys: [log.key] }]);
      await add(url, log, [0, 3]);
      const path = `${url}/${createHash('sha256').update(ORIGIN).digest('hex')}/checkpoint`;
      const [got, head] = [await fetch(path), await fetch(path, { method: 'HEAD' })];
      const length = String(Buffer.byteLength(await got.text()));
      expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, length, '']);
      const put = await fetch(path, { method: 'PUT', body: 'x' });
      expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    }));

  it('answers what is no request of its protocol, and what is too large', () =>
    withFolder(async (folder) => {
      const url = await start(folder, []);
      expect((await fetch(`${url}/add-checkpoint`)).status).toBe(405);
      expect((await fetch(`${url}/`)).status).toBe(404);
      expect((await fetch(`${url}/${'0'.repeat(64)}/checkpoint`)).status).toBe(404);
      const large = await post(url, 'x'.repeat(600_000)).catch(() => undefined);
      expect(large?.status ?? 413).toBe(413);
    }));

  it('never cosigns two histories, whichever requests come at once', () =>
    withFolder(async (folder) => {
      const log = await SmallLog.of(12);
      const fork = log.forkedAt(4);
      const url = await start(folder, [{ origin: ORIGIN, keys: [log.key] }]);
      expect((await add(url, log, [0, 4])).status).toBe(200);
      const answers = await Promise.all([
        add(url, log, [4, 8]),
        add(url, fork, [4, 8]),
        add(url, fork, [4, 9]),
        add(url, log, [4, 10]),
      ]);
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(answers.every(({ status }) => [200, 409, 422].includes(status))).toBe(true);
    }));
});

describe('collecting cosignatures', () => {
  it('brings a note under a trust policy, from witnesses wherever they stand, and says which are missing', () =>
    withFolder(async (folder) => {
      const log = await SmallLog.of(12);
      const url = await start(folder, [{ origin: ORIGIN, keys: [log.key] }]);
      const gone = formatCosignerKey(
        cosignerKey('gone.example', (await newSigner()).publicKey as Ed25519PublicJwk),
      );
      const text = (quorum: string): string =>
        `log ${formatVerifierKey(log.key)}\nwitness here ${formatCosignerKey(key)} ${url}/\nwitness gone ${gone} http://127.0.0.1:9\ngroup both all here gone\nquorum ${quorum}\n`;
      for (const [quorum, isMet] of [
        ['here', true],
        ['both', false],
      ] as const) {
        const policy = parseTrustPolicy(text(quorum));
        if (!policy.ok) throw new Error('unreadable');
        const collector = new CosignatureCollector(policy.value, webCryptoSignatures);
        for (const size of quorum === 'here' ? [3, 7, 7] : [9, 12]) {
          const asked = {
            note: await log.note(size),
            size,
            proofFrom: (from: number) => log.proof(from, size),
          };
          const collected = await collector.collect(asked);
          expect(collected).toMatchObject({ quorumMet: isMet, missing: [{ witness: 'gone' }] });
          expect(await openWitnessed(collected.note, policy.value, webCryptoSignatures)).toMatchObject({
            ok: true,
            value: { quorumMet: isMet },
          });
        }
      }
      const policy = parseTrustPolicy(text('here'));
      const behind = new CosignatureCollector(policy.ok ? policy.value : ({} as never), webCryptoSignatures);
      const asked = { note: await log.note(5), size: 5, proofFrom: (from: number) => log.proof(from, 5) };
      const { quorumMet, missing } = await behind.collect(asked);
      expect([quorumMet, missing.find(({ witness }) => witness === 'here')?.reason]).toEqual([
        false,
        expect.stringContaining('cosigned size 12'),
      ]);
    }));
});
