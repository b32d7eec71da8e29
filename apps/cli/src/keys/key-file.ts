import { access, open, readFile, stat } from 'node:fs/promises';
import { errorCode, generateKey, NodeSigner, type PrivateJwk } from '@lodemark/platform/light';
import { errorText } from '../errors.js';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { isRecord } from '../network/json.js';

export type Algorithm = 'EdDSA' | 'ES256';

/** Makes a key and writes its private part to a new file that only its owner can read. @throws Failure when the file exists */
export async function createKeyFile(
  alg: Algorithm,
  path?: string,
): Promise<{ path: string; signer: NodeSigner }> {
  const jwk = await generateKey(alg);
  const signer = NodeSigner.fromJwk(jwk);
  const target = path ?? `lodemark-${signer.kid.slice(0, 12)}.key.json`;
  await writeNew(target, `${JSON.stringify({ ...jwk, alg: signer.alg, kid: signer.kid }, null, 2)}\n`);
  return { path: target, signer };
}

/** The signer of a key file, which is made when there is none. @throws Failure as `readKeyFile` does */
export async function openKeyFile(path: string): Promise<NodeSigner> {
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  return isThere ? readKeyFile(path) : (await createKeyFile('EdDSA', path)).signer;
}

async function writeNew(path: string, text: string): Promise<void> {
  // 'wx': a key that is overwritten is lost for good.
  const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
    throw errorCode(error) === 'EEXIST'
      ? unusable(path, 'it exists already, and keys are never overwritten', 'Choose another file with --out.')
      : unusable(path, errorText(error), 'Choose another file with --out.');
  });
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The signer of a key file: a private JWK, or PEM. @throws Failure when others can read it or it is no key */
export async function readKeyFile(path: string): Promise<NodeSigner> {
  const text = await ownText(path);
  try {
    return text.trimStart().startsWith('{') ? NodeSigner.fromJwk(privateJwk(text)) : NodeSigner.fromPem(text);
  } catch (error) {
    // Of the parser's message only ours is shown: another may quote the key.
    const why = error instanceof TypeError ? error.message : 'it is no private key';
    throw unusable(path, why, 'Make one with lodemark keys new.');
  }
}

async function ownText(path: string): Promise<string> {
  const found = await stat(path).catch((error: unknown) => {
    throw unusable(path, errorCode(error) === 'ENOENT' ? 'there is no such file' : errorText(error));
  });
  if (process.platform !== 'win32' && (found.mode & 0o077) !== 0)
    throw unusable(path, 'others may read it', `chmod 600 ${path}, and think of who may have read it.`);
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw unusable(path, errorText(error));
  });
}

function privateJwk(text: string): PrivateJwk {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new TypeError('it is not JSON');
  }
  const { kty, crv, x, y, d } = isRecord(json) ? json : {};
  if (typeof x === 'string' && typeof d === 'string') {
    if (kty === 'OKP' && crv === 'Ed25519') return { kty, crv, x, d };
    if (kty === 'EC' && crv === 'P-256' && typeof y === 'string') return { kty, crv, x, y, d };
  }
  throw new TypeError('it is no private Ed25519 or P-256 JWK');
}

function unusable(path: string, why: string, next?: string): Failure {
  return new Failure({
    code: 'key-file',
    exit: EXIT.usage,
    cause: `The key file ${path} cannot be used: ${why}.`,
    ...(next === undefined ? {} : { next }),
  });
}
