/** Unsigned integer of big-endian bytes. */
export function fromBigEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
}

/** Unsigned integer of little-endian bytes. */
export function fromLittleEndian(bytes: Uint8Array): bigint {
  return fromBigEndian(bytes.toReversed());
}

/** The unsigned integer in `length` big-endian bytes; what does not fit is cut off. */
export function toBigEndian(value: bigint, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = length - 1, rest = value; i >= 0; i--, rest >>= 8n) bytes[i] = Number(rest & 255n);
  return bytes;
}

/** Whether big-endian bytes are less than others of the same length, without the cost of a bigint. */
export function isLess(bytes: Uint8Array, bound: Uint8Array): boolean {
  for (let i = 0; i < bound.length; i++) {
    const difference = (bytes[i] ?? 0) - (bound[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** base^exponent mod modulus. Not constant-time: used on public keys only. */
export function powerMod(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}
