import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { lodemark, TestSite, type Ran } from './support.js';

jest.setTimeout(300_000);

describe('lodemark log', () => {
  let site: TestSite;
  let top: string;
  let policy: string;
  let folder: string;

  beforeAll(async () => {
    site = await TestSite.start();
    top = await mkdtemp(join(tmpdir(), 'lodemark-log-'));
    folder = join(top, 'root');
    policy = join(site.home, 'trust-policy.txt');
  });
  afterAll(async () => {
    await site.stop();
    await rm(top, { recursive: true, force: true });
  });

  const run = (...argv: readonly string[]): Promise<Ran> => lodemark(['--home', site.home, ...argv]);

  it('exports the root log as files, which verify by the site’s trust policy, witnesses and all', async () => {
    const exported = await run('log', 'export', 'root', folder);
    expect([exported.exit, exported.err]).toEqual([0, '']);
    expect((await readdir(folder)).sort()).toEqual(['checkpoint', 'documents', 'tile']);
    const verified = await run('log', 'verify', folder, '--policy', policy, '--json');
    expect(verified.exit).toBe(0);
    expect(JSON.parse(verified.out)).toMatchObject({
      signature: 'holds',
      witnesses: ['witness-1', 'witness-2'],
      quorumMet: true,
    });
    expect(
      (await run('log', 'verify', `${site.site.network.registryUrl}/v1/root`, '--policy', policy)).exit,
    ).toBe(0);
  });

  it('says that nobody’s signature was checked when it was told whom to trust by nobody', async () => {
    const { exit, out } = await run('log', 'verify', folder);
    expect([exit, out]).toEqual([2, expect.stringContaining('Nobody’s signature was checked')]);
  });

  it('does not meet a quorum without cosignatures', async () => {
    const copy = join(top, 'without-witnesses');
    await cp(folder, copy, { recursive: true });
    const lines = (await readFile(join(copy, 'checkpoint'), 'utf8')).split('\n');
    await writeFile(join(copy, 'checkpoint'), lines.filter((line) => !line.includes('witness-')).join('\n'));
    const { exit, out } = await run('log', 'verify', copy, '--policy', policy);
    expect([exit, out]).toEqual([2, expect.stringContaining('quorum is not met')]);
  });

  it.each<[string, string, (bytes: Buffer) => Buffer, string]>([
    ['an entry', 'tile/entries/000.p/', (bytes) => flipped(bytes, 2), 'is none of'],
    [
      'a byte of a signature in an entry',
      'tile/entries/000.p/',
      (bytes) => lettered(bytes),
      'is not what its entries make',
    ],
    ['a hash in a tile', 'tile/0/000.p/', (bytes) => flipped(bytes, 3), 'is not what its entries make'],
    ['a bundle that ends early', 'tile/entries/000.p/', (bytes) => bytes.subarray(0, -1), 'cannot be read'],
    [
      'a checkpoint',
      'checkpoint',
      (bytes) => Buffer.from(bytes.toString().replace(/\n(\d+)\n/, '\n1\n')),
      'not believed',
    ],
  ])('refuses a log with another %s', async (...[, start, change, cause]) => {
    const copy = await mkdtemp(join(top, 'changed-'));
    await cp(folder, copy, { recursive: true });
    const path = await fileOf(copy, start);
    await writeFile(path, change(await readFile(path)));
    const { exit, err } = await run('log', 'verify', copy, '--policy', policy);
    expect([exit, err]).toEqual([5, expect.stringContaining(cause)]);
  });
});

async function fileOf(folder: string, start: string): Promise<string> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
  return paths.find((path) => path.startsWith(join(folder, start)))!;
}

function flipped(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[at]! ^= 1;
  return changed;
}

/** Another letter in the last JWS: it stays an entry, and is another one. */
function lettered(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  const at = bytes.lastIndexOf('"jws":"') + 200;
  changed[at] = changed[at] === 65 ? 66 : 65;
  return changed;
}
