import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { canonicalBytes } from '@lodemark/transparency';
import { codeOf, faults, type Answer } from './support/http.js';
import { operator, TestNetwork } from './support/network.js';

jest.setTimeout(120_000);

const clerk = operator('kokbulak');
const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');
const SALT = 'J2Yv0q6kL1bTn8c5RwXe4g';

describe.each(['the database', 'a folder'])('documents in %s', (where) => {
  let network: TestNetwork;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lodemark-documents-'));
    const place = where === 'a folder' ? { documentFolder: folder } : {};
    network = await TestNetwork.start({
      label: `documents ${where}`,
      config: { ...place, limits: { documentBytes: 100_000, bodyBytes: 50_000 } },
    });
    await network.join('kokbulak');
  });

  afterAll(async () => {
    await network.stop();
    await rm(folder, { recursive: true });
  });

  const put = (body: Uint8Array | string, mediaType = 'application/octet-stream', as = clerk) =>
    network.custodyCall('/v1/documents?facility=kokbulak', { method: 'PUT', body, mediaType, token: as });
  const get = (digest: string) =>
    fetch(`${network.custodyUrl}/v1/documents/${digest}`, { headers: { authorization: `Bearer ${clerk}` } });

  it('come back byte by byte, under their own digest', async () => {
    const content = new Uint8Array(90_000).map((_, i) => (i * 7) % 256);
    const kept = await put(content);
    expect([kept.status, kept.json]).toEqual([
      200,
      { digest: sha256(content), mediaType: 'application/octet-stream', bytes: 90_000 },
    ]);
    const back = await get(sha256(content));
    expect(Buffer.from(await back.arrayBuffer()).equals(Buffer.from(content))).toBe(true);
    expect(back.headers.get('content-disposition')).toBe(`attachment; filename="${sha256(content)}"`);
    expect(back.headers.get('x-content-type-options')).toBe('nosniff');
    expect((await put(content)).json).toEqual(kept.json);
  });

  it.each<[string, Uint8Array | string, string]>([
    ['PDF', '%PDF-1.7 (invented)', 'application/pdf'],
    ['PNG', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1]), 'image/png'],
    ['JPEG', new Uint8Array([0xff, 0xd8, 0xff, 0xe0]), 'image/jpeg'],
    ['an office file', new Uint8Array([0x50, 0x4b, 3, 4, 9]), 'application/zip'],
    ['text', 'Weighbridge ticket, Қазақша (invented)', 'text/plain; charset=utf-8'],
    ['markup, which is only text here', '<html><script>alert(1)</script>', 'text/plain; charset=utf-8'],
    ['anything else', new Uint8Array([0, 1, 2, 3]), 'application/octet-stream'],
  ])('are what their bytes show: %s', async (_, content, mediaType) => {
    const kept = await put(content, 'text/html');
    expect(kept.json['mediaType']).toBe(mediaType);
    expect((await get(sha256(content))).headers.get('content-type')).toBe(mediaType);
  });

  it('have a limit of their own', async () => {
    const answer = await put(new Uint8Array(100_001));
    expect([answer.status, codeOf(answer), answer.json['limit']]).toEqual([
      413,
      'document-too-large',
      100_000,
    ]);
    for (const nothing of ['', new Uint8Array()])
      expect((await put(nothing)).status).toBeGreaterThanOrEqual(400);
    const events = await network.custodyCall('/v1/events', {
      ...{ method: 'POST', body: new Uint8Array(60_000), token: clerk },
    });
    expect([events.status, codeOf(events)]).toEqual([413, 'body-too-large']);
  });

  it('are not there when they are not', async () => {
    expect((await get(sha256('never put'))).status).toBe(404);
  });

  it('outlive the process', async () => {
    const content = 'assay certificate (invented)';
    await put(content);
    await network.close();
    await network.open();
    expect(await (await get(sha256(content))).text()).toBe(content);
  });

  if (where === 'a folder') {
    it('leave nothing but themselves in the folder, and nothing in the database', async () => {
      const files = await readdir(folder, { recursive: true, withFileTypes: true });
      const names = files.filter((file) => file.isFile()).map(({ name }) => name);
      expect(names.length).toBeGreaterThan(0);
      for (const name of names) expect(name).toMatch(/^[0-9a-f]{64}$/);
      expect(
        await network.sql('SELECT count(*)::int AS n FROM custody.document WHERE content IS NOT NULL'),
      ).toEqual([{ n: 0 }]);
    });

    it('are never handed out damaged', async () => {
      const digest = sha256('weighed (invented)');
      await put('weighed (invented)');
      const path = join(folder, digest.slice(0, 2), digest);
      expect(await readFile(path, 'utf8')).toBe('weighed (invented)');
      await writeFile(path, 'reweighed (invented)');
      expect((await get(digest)).status).toBe(500);
      // Put again, it is whole again.
      await put('weighed (invented)');
      expect((await get(digest)).status).toBe(200);
    });
  }
});

describe('private values', () => {
  let network: TestNetwork;

  beforeAll(async () => {
    network = await TestNetwork.start({ label: 'disclosures' });
    await network.join('kokbulak');
  });

  afterAll(() => network.stop());

  const put = (value: unknown, fields: object = {}): Promise<Answer> =>
    network.custodyCall('/v1/disclosures', {
      ...{
        method: 'PUT',
        token: clerk,
        body: { facility: 'kokbulak', field: 'customer', salt: SALT, value, ...fields },
      },
    });
  const get = (digest: unknown) => network.get(`/v1/disclosures/${String(digest)}?facility=kokbulak`, clerk);
  const erase = (digest: unknown) =>
    network.custodyCall(`/v1/disclosures/${String(digest)}?facility=kokbulak`, {
      method: 'DELETE',
      token: clerk,
    });

  it.each<{ value: unknown }>([
    { value: 'Example Motors (invented)' },
    { value: 'with a NUL: \u0000 and an emoji: 💣' },
    { value: 17.5 },
    { value: 0 },
    { value: false },
    { value: '' },
    { value: [] },
    { value: [1, [2, { deep: null }]] },
    { value: { amount: '17.50', currency: 'EUR' } },
    { value: { toString: 2, hasOwnProperty: 3, valueOf: { then: 4, isPrototypeOf: 5 } } },
  ])('of any kind come back as they came: $value', async ({ value }) => {
    const kept = await put(value);
    expect(kept.status).toBe(200);
    const { digest } = kept.json;
    expect(digest).toBe(sha256(canonicalBytes([SALT, 'customer', value])));
    expect((await get(digest)).json).toEqual({
      digest,
      facility: 'kokbulak',
      field: 'customer',
      salt: SALT,
      value,
    });
    expect((await put(value)).json).toEqual({ digest });
  });

  it.each<[string, unknown, object]>([
    ['no value', undefined, {}],
    ['null', null, {}],
    ['a short salt', 'x', { salt: 'c2hvcnQ' }],
    ['a field name with a point', 'x', { field: 'a.b' }],
    ['an unknown field', 'x', { colour: 'red' }],
    ['a facility with a path', 'x', { facility: '../src' }],
  ])('are refused with %s', async (_, value, fields) => {
    expect((await put(value, fields)).status).toBe(400);
  });

  it('are refused with names that validation would take out of them', async () => {
    const answer = await put([{ 'a/b': { constructor: 1 } }, { prototype: {} }]);
    expect([answer.status, ...faults(answer)]).toEqual([
      400,
      'forbidden-name /value/0/a~1b/constructor',
      'forbidden-name /value/1/prototype',
    ]);
  });

  it('have a limit', async () => {
    expect(codeOf(await put('x'.repeat(70_000)))).toBe('disclosure-too-large');
    expect(codeOf(await put('x'.repeat(300_000)))).toBe('body-too-large');
  });

  it('are gone when they are erased, and do not come back', async () => {
    const { digest } = (await put('to be forgotten (invented)')).json;
    expect((await erase(digest)).status).toBe(204);
    const found = await get(digest);
    expect(found.json).toEqual({
      ...{ digest, facility: 'kokbulak', field: 'customer' },
      erasedAt: '2026-11-24T12:00:00.000Z',
    });
    const [row] = await network.sql('SELECT salt, value FROM custody.disclosure WHERE digest = $1', [
      Buffer.from(String(digest), 'hex'),
    ]);
    expect(row).toEqual({ salt: null, value: null });
    const again = await put('to be forgotten (invented)');
    expect([again.status, codeOf(again)]).toEqual([410, 'disclosure-erased']);
    expect((await erase(digest)).status).toBe(204);
    expect((await erase('ab'.repeat(32))).status).toBe(404);
  });

  it('are in no log line', () => {
    expect(network.log.length).toBeGreaterThan(10);
    expect(network.log.join('')).not.toMatch(/invented|J2Yv0q6k|17\.50/);
  });
});
