import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { ORIGIN, withFolder } from '../test/log.js';
import { VouchedTrees } from './vouched-trees.js';

const PROGRAM = fileURLToPath(new URL('../test/signing-process.ts', import.meta.url));
const LOADER = new URL('../../../test/support/typescript-loader.js', import.meta.url).href;

/** Signs from a size on until it is killed, and resolves with the last size that it said it had signed. */
async function signUntilKilled(folder: string, firstSize: number, signatures: number): Promise<number> {
  const child = spawn(
    process.execPath,
    ['--conditions=source', `--import=${LOADER}`, PROGRAM, folder, String(firstSize)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (said.split('\n').length > signatures) child.kill('SIGKILL');
  });
  await once(child, 'close');
  return Math.max(...said.trim().split('\n').map(Number));
}

describe('a signer that is killed', () => {
  it('knows every checkpoint that it let out, and goes on from the last', () =>
    withFolder(async (folder) => {
      let first = 1;
      for (const signatures of [1, 3, 10, 25]) {
        const letOut = await signUntilKilled(folder, first, signatures);
        const last = await new VouchedTrees(folder).last(ORIGIN);
        expect(last?.checkpoint.size).toBeGreaterThanOrEqual(letOut);
        expect(last?.checkpoint.size).toBeLessThanOrEqual(letOut + 1);
        first = (last?.checkpoint.size ?? 0) + 1;
      }
      expect(first).toBeGreaterThan(39);
    }));
});
