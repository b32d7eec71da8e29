import { readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ORIGIN, SmallLog, withFolder } from '../test/log.js';
import { LogSigner } from './log-signer.js';
import { VouchedTrees } from './vouched-trees.js';

const log = await SmallLog.of(20);

function sign(folder: string, size: number, of = log): Promise<string> {
  return new LogSigner(new VouchedTrees(folder)).sign(of.checkpoint(size), of.signer, (from) =>
    of.proof(from, size),
  );
}

describe('a log’s signer', () => {
  it('signs what follows from what it signed last, and the same again with the same note', () =>
    withFolder(async (folder) => {
      for (const size of [0, 1, 1, 7, 7, 20]) expect(await sign(folder, size)).toBe(await log.note(size));
    }));

  it('refuses a log that has lost entries, however often it is asked, and signs on when they are back', () =>
    withFolder(async (folder) => {
      await sign(folder, 7);
      for (const size of [6, 6, 0])
        await expect(sign(folder, size)).rejects.toMatchObject({
          code: 'log-does-not-follow',
          fault: 'old-size-above-size',
          sizes: { signed: 7, asked: size },
        });
      expect(await sign(folder, 7)).toBe(await log.note(7));
      expect(await sign(folder, 8)).toBe(await log.note(8));
    }));

  it('refuses another history, at the size it signed and above', () =>
    withFolder(async (folder) => {
      await sign(folder, 7);
      const fork = log.forkedAt(6);
      await expect(sign(folder, 7, fork)).rejects.toMatchObject({ fault: 'other-root' });
      await expect(sign(folder, 12, fork)).rejects.toMatchObject({ fault: 'proof-invalid' });
      expect(await sign(folder, 12, log.forkedAt(7))).toBe(await log.forkedAt(7).note(12));
    }));

  it('can be asked whether a log follows without signing it', () =>
    withFolder(async (folder) => {
      const signer = new LogSigner(new VouchedTrees(folder));
      const check = (size: number, of = log): Promise<void> =>
        signer.check(of.checkpoint(size), (from) => of.proof(from, size));
      await check(3);
      await sign(folder, 7);
      await check(9);
      await expect(check(6)).rejects.toThrow('backup');
      await expect(check(9, log.forkedAt(2))).rejects.toThrow('backup');
    }));

  it('signs nothing while its store is damaged', () =>
    withFolder(async (folder) => {
      await sign(folder, 7);
      const [name = ''] = await readdir(folder);
      const file = join(folder, name, '0000000000000007.note');
      await truncate(file, 40);
      await expect(sign(folder, 8)).rejects.toMatchObject({ code: 'vouched-trees-damaged' });
      await writeFile(file, await log.note(6));
      await expect(sign(folder, 8)).rejects.toMatchObject({ code: 'vouched-trees-damaged' });
    }));

  it('keeps to one history when two processes share its folder', () =>
    withFolder(async (folder) => {
      const [a, b] = [log, log.forkedAt(10)];
      for (let round = 0; round < 10; round += 1) {
        const size = 10 + round;
        const outcomes = await Promise.allSettled([
          sign(folder, size, a),
          sign(folder, size, b),
          sign(folder, size, b),
        ]);
        const last = await new VouchedTrees(folder).last(ORIGIN);
        for (const outcome of outcomes)
          if (outcome.status === 'fulfilled') expect(outcome.value).toBe(last?.note);
        expect(last?.checkpoint.size).toBe(size);
      }
    }));

  it('leaves one file of each log', () =>
    withFolder(async (folder) => {
      for (let size = 0; size <= 20; size += 1) await sign(folder, size);
      const [name = ''] = await readdir(folder);
      expect(await readdir(join(folder, name))).toEqual(['0000000000000020.note']);
    }));
});
