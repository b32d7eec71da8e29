import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  decodeEntryBundle,
  leafHash,
  parseCheckpoint,
  parseNote,
  rootOf,
  toHex,
} from '@lodemark/transparency';
import { operator, registrar, TestNetwork } from './support/network.js';
import { lotCreated, signEvent } from './support/parties.js';

jest.setTimeout(120_000);

describe('a facility’s log as tiles', () => {
  let network: TestNetwork;
  let size: number;
  let root: string;

  beforeAll(async () => {
    network = await TestNetwork.start({ label: 'tiles' });
    await network.join('kokbulak');
    const key = await network.key({ facility: 'kokbulak' }, 'event');
    await network.settle();
    for (let i = 0; i < 3; i += 1)
      expect((await network.postSigned(await signEvent(lotCreated('kokbulak'), key))).status).toBe(201);
    await network.settle();
    const note = parseNote(await (await read('checkpoint')).text());
    const checkpoint = note.ok ? parseCheckpoint(note.value.text) : note;
    if (!checkpoint.ok) throw new Error('unreadable');
    ({ size, root } = checkpoint.value);
  });

  afterAll(() => network.stop());

  const read = (path: string, token?: string): Promise<Response> =>
    fetch(`${network.custodyUrl}/v1/logs/kokbulak/${path}`, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });

  it('gives hashes to everybody, for good', async () => {
    const tile = await read(`tile/0/000.p/${size}`);
    expect([tile.status, tile.headers.get('content-type'), tile.headers.get('cache-control')]).toEqual([
      200,
      'application/octet-stream',
      'public, max-age=31536000, immutable',
    ]);
    const bytes = new Uint8Array(await tile.arrayBuffer());
    const leaves = Array.from({ length: size }, (_, i) => bytes.slice(32 * i, 32 * (i + 1)));
    expect(toHex(rootOf(leaves))).toBe(root);
  });

  it('gives entries to those with the right alone, and to no cache that others share', async () => {
    const path = `tile/entries/000.p/${size}`;
    expect((await read(path)).status).toBe(401);
    expect((await read(path, operator('another-mine'))).status).toBe(403);
    for (const token of [operator('kokbulak'), registrar]) {
      const bundle = await read(path, token);
      expect([bundle.status, bundle.headers.get('cache-control')]).toEqual([
        200,
        'private, max-age=31536000, immutable',
      ]);
      const entries = decodeEntryBundle(new Uint8Array(await bundle.arrayBuffer()));
      expect(entries.ok && toHex(rootOf(entries.value.map(leafHash)))).toBe(root);
    }
  });

  it('has no tile that is empty, beyond the log, or spelled otherwise, and keeps no refusal', async () => {
    for (const path of [
      '0/000.p/0',
      '0/000',
      '1/000.p/1',
      '0/0',
      '0/000.p/256',
      '64/000',
      '',
      'x',
      '%00',
      '0/000.p/1/',
    ])
      expect([path, (await read(`tile/${path}`)).status]).toEqual([path, 404]);
    const refused = await read('tile/0/000');
    expect(refused.headers.get('cache-control')).toBe('no-store');
    for (const facility of ['nowhere', 'Kokbulak', '%00', 'a'.repeat(64)])
      expect((await fetch(`${network.custodyUrl}/v1/logs/${facility}/tile/0/000.p/1`)).status).toBe(404);
  });
});
