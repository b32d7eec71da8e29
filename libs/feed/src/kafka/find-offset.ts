import type { TopicBounds } from './topics.js';

/** Where an entry stands on its topic. */
export interface Place {
  readonly offset: number;
  readonly index: number;
}

/** How far before a hole reading begins: a batch that was sent again late can stand between an entry and its follower. */
const BACK = 2_000;

/**
 * The offset from which a reader has to begin to meet index `wanted`, by a few looks at places. Offsets are only
 * hints: entries may be there twice and, between their first and last time, in any order; records may be no entries at
 * all; some may be missing. `placesFrom` gives the readable places of some records from an offset on, none when there
 * are none up to the end.
 */
export async function findOffset(
  wanted: number,
  { low, high }: TopicBounds,
  placesFrom: (offset: number) => Promise<readonly Place[]>,
): Promise<number> {
  let [first, end] = [low, high];
  // A topic on which nothing was repeated or removed has index and offset the same.
  let guess = Math.min(Math.max(low, wanted), high - 1);
  while (first < end) {
    const places = await placesFrom(guess);
    const found = places.find(({ index }) => index === wanted);
    if (found !== undefined) return found.offset;
    const later = places.findIndex(({ index }) => index > wanted);
    if (later > 0) return Math.max(low, (places[later]?.offset ?? end) - BACK);
    if (later === 0 || places.length === 0) end = guess;
    else first = Math.max(guess, places.at(-1)?.offset ?? guess) + 1;
    guess = first + Math.floor((end - first) / 2);
  }
  return first >= high ? high : Math.max(low, first - BACK);
}
