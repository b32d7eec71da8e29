import { asciiText } from './bytes.js';

interface Alphabet {
  /** Character code of each of the 64 digits. */
  readonly encode: Uint8Array;
  /** Digit of each character code below 128, or 255. */
  readonly decode: Uint8Array;
}

const PAD = 0x3d;
const NO_DIGIT = 255;
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const STANDARD = alphabet(LETTERS + '+/');
const URL_SAFE = alphabet(LETTERS + '-_');

/** Standard base64 with padding (RFC 4648 section 4). */
export function toBase64(bytes: Uint8Array): string {
  const digits = encode(bytes, STANDARD);
  const padded = new Uint8Array(Math.ceil(bytes.length / 3) * 4).fill(PAD);
  padded.set(digits);
  return asciiText(padded);
}

/**
 * Bytes of standard base64 in its one canonical spelling; undefined for any other.
 * Lenient decoders give two texts the same bytes, and then two signed notes are "the same".
 */
export function fromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return decode(text, text.length - padding, STANDARD);
}

/** Base64url without padding (RFC 4648 section 5, RFC 7515 section 2). */
export function toBase64Url(bytes: Uint8Array): string {
  return asciiText(encode(bytes, URL_SAFE));
}

/** Bytes of unpadded base64url in its one canonical spelling; undefined for any other. */
export function fromBase64Url(text: string): Uint8Array | undefined {
  return decode(text, text.length, URL_SAFE);
}

function alphabet(digits: string): Alphabet {
  const encodeTable = Uint8Array.from(digits, (digit) => digit.charCodeAt(0));
  const decodeTable = new Uint8Array(128).fill(NO_DIGIT);
  encodeTable.forEach((code, digit) => (decodeTable[code] = digit));
  return { encode: encodeTable, decode: decodeTable };
}

function encode(bytes: Uint8Array, { encode: digits }: Alphabet): Uint8Array {
  const out = new Uint8Array(Math.ceil((bytes.length * 4) / 3));
  let at = 0;
  for (let i = 0; i < bytes.length; i += 3) {
    const a = bytes[i] ?? 0;
    const b = bytes[i + 1] ?? 0;
    const c = bytes[i + 2] ?? 0;
    // Writes past the end of a typed array are dropped, which is what the last group needs.
    out[at++] = digits[a >> 2] ?? 0;
    out[at++] = digits[((a & 3) << 4) | (b >> 4)] ?? 0;
    out[at++] = digits[((b & 15) << 2) | (c >> 6)] ?? 0;
    out[at++] = digits[c & 63] ?? 0;
  }
  return out;
}

/** Decodes the first `length` characters; the unused bits of the last digit must be zero. */
function decode(text: string, length: number, { decode: digits }: Alphabet): Uint8Array | undefined {
  if (length % 4 === 1) return undefined;
  const out = new Uint8Array(Math.floor((length * 3) / 4));
  let at = 0;
  let bits = 0;
  let pending = 0;
  for (let i = 0; i < length; i++) {
    const digit = digits[text.charCodeAt(i)] ?? NO_DIGIT;
    if (digit === NO_DIGIT) return undefined;
    bits = ((bits << 6) | digit) & 0xffff;
    pending += 6;
    if (pending >= 8) {
      pending -= 8;
      out[at++] = (bits >> pending) & 255;
    }
  }
  const unused = bits & ((1 << pending) - 1);
  return unused === 0 ? out : undefined;
}
