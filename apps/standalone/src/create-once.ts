import { randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { errorCode } from '@lodemark/platform/light';

/**
 * Puts bytes into a file that only its owner can read, unless there is one already, and returns what the file holds.
 * Written aside and linked: a file that exists is whole and is never written over, and of two at once one wins for both.
 */
export async function createOnce(path: string, bytes: Uint8Array): Promise<Buffer> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(draft, bytes, { mode: 0o600, flag: 'wx', flush: true });
    await link(draft, path);
  } catch (cause) {
    if (errorCode(cause) !== 'EEXIST') throw cause;
  } finally {
    await rm(draft, { force: true });
  }
  return readFile(path);
}
