import { createHash, createHmac, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { errorCode } from '@lodemark/platform/light';
import { createOnce } from './create-once.js';

const BYTES = 32;

/** The random bytes that everything secret of a site is derived from; losing them loses the keys of its logs. */
export async function siteSecret(path: string): Promise<Buffer> {
  const kept = await readFile(path).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  const secret = kept ?? (await createOnce(path, randomBytes(BYTES)));
  // Of a file that was cut short, keys would be derived that open nothing and that anybody could guess.
  if (secret.length !== BYTES)
    throw new Error(
      `${path} has ${secret.length} bytes instead of ${BYTES}: restore the site's secret from a backup`,
    );
  return secret;
}

/** 32 bytes for one purpose, the same at every start. */
export function derive(secret: Uint8Array, purpose: string): Buffer {
  return createHmac('sha256', secret).update(purpose).digest();
}

/** The key under which the private keys of one service are sealed in its database. */
export function keyEncryption(
  secret: Uint8Array,
  purpose = 'key encryption',
): { current: string; keys: Record<string, Uint8Array> } {
  const key = derive(secret, purpose);
  const id = createHash('sha256').update(key).digest('hex').slice(0, 8);
  return { current: id, keys: { [id]: key } };
}
