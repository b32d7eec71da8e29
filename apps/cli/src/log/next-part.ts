import type { EntrySource } from './entry-source.js';

const REQUEST_ENTRIES = 2_000;

/** Text of one request, base64 of entries and documents, under what a service takes. */
export interface RequestLimits {
  readonly characters: number;
  /** Of the last one: with the last signed entry goes what stood behind it, as much as fits. */
  readonly lastCharacters: number;
}

export interface Part {
  readonly entries: readonly Uint8Array[];
  readonly documents: readonly Uint8Array[];
}

export interface PartFrom {
  readonly from: number;
  /** Entries of the source. */
  readonly size: number;
  readonly signedSize: number;
}

/**
 * The next entries that go in one request, with the documents that go with them: up to the one before the last signed,
 * or that one with what stands behind it, for which nothing else vouches. At least one. @throws Failure
 */
export async function nextPart(
  {
    source,
    limits,
    documentsOf = () => Promise.resolve([]),
  }: {
    readonly source: EntrySource;
    readonly limits: RequestLimits;
    readonly documentsOf?: ((entry: Uint8Array) => Promise<readonly Uint8Array[]>) | undefined;
  },
  { from, size, signedSize }: PartFrom,
): Promise<Part> {
  const isLast = from === signedSize - 1;
  const end = isLast ? size : signedSize - 1;
  const most = isLast ? limits.lastCharacters : limits.characters;
  const entries: Uint8Array[] = [];
  const documents: Uint8Array[] = [];
  for (let characters = 0; from + entries.length < end && entries.length < REQUEST_ENTRIES;) {
    for (const entry of await source.from(from + entries.length)) {
      const withIt = await documentsOf(entry);
      characters += [entry, ...withIt].reduce((sum, { length }) => sum + Math.ceil(length / 3) * 4 + 3, 0);
      if (entries.length > 0 && (characters > most || entries.length === REQUEST_ENTRIES))
        return { entries, documents };
      if (from + entries.length === end) break;
      entries.push(entry);
      documents.push(...withIt);
    }
  }
  return { entries, documents };
}
