import { fromBase64Url, parsePublicJwk, toBase64Url, type Ed25519PublicJwk } from '@lodemark/transparency';

/** The multibase alphabet `z`: base58 as Bitcoin writes it. */
const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
/** Multicodec of an Ed25519 public key, as a varint. */
const ED25519_PUBLIC = [0xed, 0x01] as const;
const KEY_BYTES = 32;
/** Room for a signature of 64 bytes; decoding costs the square of the length. */
const MAX_LENGTH = 128;

/** Bytes in multibase base58-btc (Controlled Identifiers v1.0, section 2.4). */
export function toBase58Btc(bytes: Uint8Array): string {
  const digits: number[] = [];
  for (const byte of bytes) {
    let carry = byte;
    for (let i = 0; i < digits.length; i += 1) {
      carry += (digits[i] ?? 0) * 256;
      digits[i] = carry % 58;
      carry = Math.floor(carry / 58);
    }
    for (; carry > 0; carry = Math.floor(carry / 58)) digits.push(carry % 58);
  }
  const zeros = bytes.findIndex((byte) => byte !== 0);
  const leading = '1'.repeat(zeros < 0 ? bytes.length : zeros);
  return `z${leading}${digits
    .reverse()
    .map((digit) => ALPHABET[digit])
    .join('')}`;
}

/** The bytes; undefined for what is not base58-btc, or longer than any key or signature. */
export function fromBase58Btc(text: string): Uint8Array | undefined {
  if (!text.startsWith('z') || text.length > MAX_LENGTH) return undefined;
  const bytes: number[] = [];
  for (const character of text.slice(1)) {
    let carry = ALPHABET.indexOf(character);
    if (carry < 0) return undefined;
    for (let i = 0; i < bytes.length; i += 1) {
      carry += (bytes[i] ?? 0) * 58;
      bytes[i] = carry % 256;
      carry = Math.floor(carry / 256);
    }
    for (; carry > 0; carry = Math.floor(carry / 256)) bytes.push(carry % 256);
  }
  const leading = /^1*/.exec(text.slice(1))?.[0].length ?? 0;
  return Uint8Array.from([...Array<number>(leading).fill(0), ...bytes.reverse()]);
}

/** An Ed25519 key as a Multikey's `publicKeyMultibase`. */
export function multikeyOf({ x }: Ed25519PublicJwk): string {
  return toBase58Btc(Uint8Array.from([...ED25519_PUBLIC, ...(fromBase64Url(x) ?? [])]));
}

/** The key; undefined for any other kind, and for a point that no signature can be trusted under. */
export function keyOfMultikey(multibase: string): Ed25519PublicJwk | undefined {
  const bytes = fromBase58Btc(multibase);
  const [first, second] = bytes ?? [];
  if (bytes?.length !== KEY_BYTES + 2 || first !== ED25519_PUBLIC[0] || second !== ED25519_PUBLIC[1]) {
    return undefined;
  }
  const key = parsePublicJwk({ kty: 'OKP', crv: 'Ed25519', x: toBase64Url(bytes.subarray(2)) });
  return key.ok && key.value.kty === 'OKP' ? key.value : undefined;
}
