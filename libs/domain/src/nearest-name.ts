import { closest, distance } from 'fastest-levenshtein';

const MOST_SLIPS = 2;
const SHORTEST = 4;
const LONGEST = 64;

/** The known name that a misspelled one was most likely meant to be: at most two slips of the hand away. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  const candidates = [...known];
  if (name.length < SHORTEST || name.length > LONGEST || candidates.length === 0) return undefined;
  const nearest = closest(name, candidates);
  return distance(name, nearest) <= MOST_SLIPS ? nearest : undefined;
}
