import { fromBase64, toBase64 } from './base64.js';
import { concatBytes, isWellFormed, toHex, toUtf8 } from './bytes.js';
import { sha256 } from './sha256.js';

/** The signature type bytes of C2SP signed-note that we read. */
export const SIGNATURE_TYPE = {
  ed25519: 0x01,
  ed25519Cosignature: 0x04,
  mlDsa44Cosignature: 0x06,
} as const;

/** A verifier key taken apart; neither its id nor its key has been checked. */
export interface VkeyParts {
  readonly name: string;
  /** 8 lowercase hex digits. */
  readonly keyId: string;
  readonly type: number;
  readonly key: Uint8Array;
}

const NEWLINE = 0x0a;

/** Whether a text can be a key name: not empty, no Unicode white space, no control character, no plus. */
export function isKeyName(name: string): boolean {
  // The property, not \s: \s lacks U+0085 and has U+FEFF.
  // eslint-disable-next-line no-control-regex -- a name stands in a note, which has no control characters
  return name !== '' && isWellFormed(name) && !/[\p{White_Space}+\u0000-\u001f]/u.test(name);
}

/** SHA-256(name, newline, type, key)[0:4] as hex digits. */
export function keyIdOf({ name, type, key }: Omit<VkeyParts, 'keyId'>): string {
  return toHex(sha256(concatBytes(toUtf8(name), Uint8Array.of(NEWLINE, type), key)).subarray(0, 4));
}

/** `name+keyId+base64(type || key)`. */
export function formatVkey({ name, keyId, type, key }: VkeyParts): string {
  return `${name}+${keyId}+${toBase64(concatBytes(Uint8Array.of(type), key))}`;
}

/** The parts of a verifier key in its one spelling; undefined for any other text. */
export function readVkey(vkey: string): VkeyParts | undefined {
  const [, name = '', keyId = '', base64 = ''] =
    /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(vkey) ?? [];
  const encoded = fromBase64(base64);
  const type = encoded?.[0];
  if (!isKeyName(name) || encoded === undefined || type === undefined) return undefined;
  return { name, keyId, type, key: encoded.slice(1) };
}
