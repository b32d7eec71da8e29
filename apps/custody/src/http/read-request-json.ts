import { bodyTooLarge, type JsonReading } from '@lodemark/platform';
import { readJson } from '@lodemark/transparency';

/** Bytes of the JSON body of a route that does not take events. */
export const REQUEST_JSON_BYTES = 256 * 1024;

/** Reads the body of a route that is declared with class-validator, before it is known who asks: so it must be cheap. */
export function readRequestJson(bytes: Uint8Array, depth: number): JsonReading {
  if (bytes.length > REQUEST_JSON_BYTES) throw bodyTooLarge(REQUEST_JSON_BYTES);
  return readJson(bytes, { depth });
}
