import { concatBytes } from './bytes.js';
import { fromBigEndian, isLess, toBigEndian } from './integers.js';

/** Field prime, coefficient b and group order (NIST SP 800-186 section 3.2.1.3). */
const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const N_BYTES = toBigEndian(N, 32);
const ABOVE_HALF_N = toBigEndian(N / 2n + 1n, 32);
const ZERO = new Uint8Array(32);

/** Whether big-endian x and y (32 bytes each) are a point of the curve: y^2 = x^3 - 3x + b, both below p. */
export function isOnP256(xBytes: Uint8Array, yBytes: Uint8Array): boolean {
  const x = fromBigEndian(xBytes);
  const y = fromBigEndian(yBytes);
  if (x >= P || y >= P) return false;
  return (y * y - (x * x * x - 3n * x + B)) % P === 0n;
}

/** 0 < r < n and 0 < s <= n/2: with a high s as well, every signature would have a second spelling. */
export function isLowS(signature: Uint8Array): boolean {
  const r = signature.subarray(0, 32);
  const s = signature.subarray(32);
  return isLess(ZERO, r) && isLess(r, N_BYTES) && isLess(ZERO, s) && isLess(s, ABOVE_HALF_N);
}

/** The same signature (r || s, 64 bytes) with s replaced by n - s if that is the smaller. */
export function toLowS(signature: Uint8Array): Uint8Array {
  const s = fromBigEndian(signature.subarray(32));
  if (s <= N / 2n) return signature;
  return concatBytes(signature.subarray(0, 32), toBigEndian(N - s, 32));
}
