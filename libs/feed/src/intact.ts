import { leafHash, toHex } from '@lodemark/transparency';
import type { FeedEntry } from './feed.js';

/** Whether the bytes are what their leaf hash says (RFC 6962 section 2.1). */
export function isIntact(entry: FeedEntry): boolean {
  return toHex(leafHash(entry.bytes)) === entry.leafHash;
}

/** The entries that follow on one another from index `from` on, up to the first that is missing or damaged. */
export function intactRun(entries: readonly FeedEntry[], from: number): readonly FeedEntry[] {
  const broken = entries.findIndex((entry, offset) => entry.index !== from + offset || !isIntact(entry));
  return broken === -1 ? entries : entries.slice(0, broken);
}
