import { copyOf } from './bytes.js';
import { failed, parsed, type Parsed } from './problem.js';
import { TILE_WIDTH } from './tiles.js';
import { TransparencyError } from './transparency-error.js';

/** Longest entry: an entry bundle gives its length 16 bits (tlog-tiles). */
export const MAX_ENTRY_BYTES = 65_535;

const LENGTH_BYTES = 2;

export type EntryBundleProblemCode = 'bundle-too-long' | 'bundle-truncated';

/**
 * An entry bundle (tlog-tiles): each entry after its length as big-endian uint16.
 * @throws TransparencyError `entry-too-large`, or `bad-range` for more than 256 entries.
 */
export function encodeEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  if (entries.length > TILE_WIDTH)
    throw new TransparencyError('bad-range', `${entries.length} entries in a bundle.`);
  const bytes = new Uint8Array(entries.reduce((sum, entry) => sum + LENGTH_BYTES + entry.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const entry of entries) {
    if (entry.length > MAX_ENTRY_BYTES)
      throw new TransparencyError('entry-too-large', `${entry.length} bytes.`);
    view.setUint16(at, entry.length);
    bytes.set(entry, at + LENGTH_BYTES);
    at += LENGTH_BYTES + entry.length;
  }
  return bytes;
}

/** The entries of a bundle, each in memory of its own. */
export function decodeEntryBundle(bytes: Uint8Array): Parsed<readonly Uint8Array[], EntryBundleProblemCode> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const pointer = `/${entries.length}`;
    if (entries.length === TILE_WIDTH) {
      return failed('bundle-too-long', `More than ${TILE_WIDTH} entries.`, pointer);
    }
    const start = at + LENGTH_BYTES;
    at = start <= bytes.length ? start + view.getUint16(start - LENGTH_BYTES) : Infinity;
    if (at > bytes.length) return failed('bundle-truncated', 'The bundle ends inside this entry.', pointer);
    entries.push(copyOf(bytes, start, at));
  }
  return parsed(entries);
}
