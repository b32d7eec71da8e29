import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOnce } from './create-once.js';
import { siteSecret } from './site-secret.js';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lodemark-secret-'));
  path = join(folder, 'site.key');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the secret of a site', () => {
  it('is the same for many that start at once, and stays', async () => {
    const secrets = await Promise.all(Array.from({ length: 32 }, () => siteSecret(path)));
    const kept = (await readFile(path)).toString('hex');
    expect(new Set(secrets.map((secret) => secret.toString('hex')))).toEqual(new Set([kept]));
    expect((await siteSecret(path)).toString('hex')).toBe(kept);
  });

  it('stands alone in its folder, for its owner to read', async () => {
    expect(await siteSecret(path)).toHaveLength(32);
    expect(await readdir(folder)).toEqual(['site.key']);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('is not taken from a file that was cut short, which is left as it is', async () => {
    await writeFile(path, '');
    await expect(siteSecret(path)).rejects.toThrow('0 bytes instead of 32');
    expect((await readFile(path)).length).toBe(0);
  });

  it('is not written over by one that thought there was none', async () => {
    const [first, late] = [Buffer.from('first'), Buffer.from('late')];
    await createOnce(path, first);
    expect(await createOnce(path, late)).toEqual(first);
    expect(await readFile(path)).toEqual(first);
    expect(await readdir(folder)).toEqual(['site.key']);
  });
});
