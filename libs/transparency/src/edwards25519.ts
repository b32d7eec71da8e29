import { fromHex } from './bytes.js';
import { fromLittleEndian, isLess, powerMod, toBigEndian } from './integers.js';

/** Field prime, group order and curve constant d (RFC 8032 section 5.1). */
const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
const Y_BITS = 2n ** 255n - 1n;
const L_BYTES = toBigEndian(L, 32);

/**
 * The y coordinates of the eight points whose order divides 8. With either sign, and spelled below or above
 * the prime where that fits, they are the 14 encodings of low order.
 */
const ORDER_EIGHT_Y = fromLittleEndian(
  fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05') ?? new Uint8Array(),
);
const LOW_ORDER_Y: ReadonlySet<bigint> = new Set([0n, 1n, P - 1n, ORDER_EIGHT_Y, P - ORDER_EIGHT_Y]);
/** First bytes of those encodings: a cheap way to see that an encoding is none of them. */
const LOW_ORDER_FIRST_BYTES: ReadonlySet<number | undefined> = new Set([
  0x00, 0x01, 0x26, 0xc7, 0xec, 0xed, 0xee,
]);

/** Why 32 bytes are no Ed25519 public key that we accept. */
export type Ed25519Fault = 'low-order' | 'not-canonical' | 'not-on-curve';

/**
 * What is wrong with an encoded point, or undefined if nothing is. Under a key of low order one signature
 * fits many messages, and OpenSSL accepts such keys, so this stands in front of it.
 */
export function ed25519Fault(encoded: Uint8Array): Ed25519Fault | undefined {
  if (isLowOrder(encoded)) return 'low-order';
  const y = fromLittleEndian(encoded) & Y_BITS;
  if (y >= P) return 'not-canonical';
  // x = 0, where the sign bit would be meaningless, happens only at y = 1 and y = -1: low order, seen above.
  return isOnCurve(y) ? undefined : 'not-on-curve';
}

/** Whether this is one of the 14 encodings of a point of low order. */
export function isLowOrder(encoded: Uint8Array): boolean {
  if (!LOW_ORDER_FIRST_BYTES.has(encoded[0])) return false;
  return LOW_ORDER_Y.has((fromLittleEndian(encoded) & Y_BITS) % P);
}

/** S < L, which RFC 8032 section 5.1.7 demands: otherwise a signature has a second spelling. */
export function isReducedScalar(littleEndian: Uint8Array): boolean {
  return isLess(littleEndian.toReversed(), L_BYTES);
}

/** Whether x^2 = (y^2 - 1) / (d y^2 + 1) has a solution: by Euler's criterion on the product. */
function isOnCurve(y: bigint): boolean {
  const ySquared = (y * y) % P;
  const product = ((ySquared - 1n + P) * (D * ySquared + 1n)) % P;
  return powerMod(product, (P - 1n) / 2n, P) === 1n;
}
