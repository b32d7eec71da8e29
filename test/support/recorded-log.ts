import {
  decodeFacilityLogEntry,
  fromBase64,
  leafHash,
  parseJws,
  readCanonicalJson,
  toHex,
} from '@lodemark/transparency';

/** An entry as a custody service gives it. */
export interface RecordedEntry {
  readonly index: number;
  readonly leaf: string;
  /** Of the event in it; absent in entries of the service's own. */
  readonly eventId?: string;
}

interface Page {
  readonly size: number;
  readonly entries: readonly { readonly index: number; readonly leaf: string; readonly entry: string }[];
}

/** Reads a facility's whole log over HTTP, hashing every entry anew. @throws Error where a leaf is not its entry's hash */
export async function readLog(
  custodyUrl: string,
  facility: string,
  token: string,
): Promise<readonly RecordedEntry[]> {
  const all: RecordedEntry[] = [];
  for (;;) {
    const url = `${custodyUrl}/v1/logs/${facility}/entries?from=${all.length}&limit=1000`;
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    if (!response.ok)
      throw new Error(`entries are answered with ${response.status}: ${await response.text()}`);
    const { size, entries } = (await response.json()) as Page;
    all.push(...entries.map(readEntry));
    if (all.length >= size || entries.length === 0) return all;
  }
}

function readEntry({ index, leaf, entry }: Page['entries'][number]): RecordedEntry {
  const bytes = fromBase64(entry);
  if (bytes === undefined || toHex(leafHash(bytes)) !== leaf)
    throw new Error(`entry ${index} is not what its leaf says`);
  const decoded = decodeFacilityLogEntry(bytes);
  if (!decoded.ok) throw new Error(`entry ${index} does not decode`);
  if (decoded.value.kind !== 'event') return { index, leaf };
  const jws = parseJws(decoded.value.jws, 'lodemark-event+jws');
  const payload = jws.ok ? readCanonicalJson(jws.value.payload) : undefined;
  if (payload?.ok !== true) throw new Error(`the event of entry ${index} does not parse`);
  return { index, leaf, eventId: (payload.value as { eventId: string }).eventId };
}
