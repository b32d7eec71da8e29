import { canonicalBytes, toBase64Url, toUtf8, type JsonObject } from '@lodemark/transparency';
import type { HeldSigner } from './keyring.js';

interface Alterations {
  readonly payload?: (payload: JsonObject) => object;
  readonly header?: (header: JsonObject) => object;
}

const same = (value: JsonObject): object => value;

/** Signs again at once: the keys of the corpus sign without waiting. */
export function signedAgain(
  made: string,
  signer: HeldSigner,
  { payload: alter = same, header: change = same }: Alterations,
): string {
  const [head = '', payload = ''] = made.split('.');
  const read = (part: string): JsonObject =>
    JSON.parse(Buffer.from(part, 'base64url').toString()) as JsonObject;
  const input = `${toBase64Url(canonicalBytes(change(read(head))))}.${toBase64Url(canonicalBytes(alter(read(payload))))}`;
  return `${input}.${toBase64Url(signer.signNow(toUtf8(input)))}`;
}
