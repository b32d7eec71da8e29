import {
  equalBytes,
  fromBase64,
  fromHex,
  leafHash,
  LogTree,
  TILE_WIDTH,
  tileWidth,
  toBase64,
  toHex,
} from '@lodemark/transparency';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { listMember, numberMember, textMember } from '../network/json.js';
import type { ServiceClient } from '../network/service-client.js';
import { entryBundle } from './derived-log.js';
import { readCheckpoint } from './export-log.js';
import type { LogSource } from './log-source.js';

/** Somewhere where a log's entries are still. */
export interface EntrySource {
  readonly name: string;
  /** How many of them, from the first on. @throws Failure */
  size(): Promise<number>;
  /** Some entries from an index on, at least one where there is one. @throws Failure */
  from(index: number): Promise<readonly Uint8Array[]>;
}

/** A folder that lodemark log export wrote, or a log at an address. */
export function exportedSource(log: LogSource): EntrySource {
  let read: Promise<number> | undefined;
  const size = () => (read ??= log.checkpoint().then((note) => readCheckpoint(log.name, note).size));
  return {
    name: log.name,
    size,
    from: async (index) => {
      const bundle = Math.floor(index / TILE_WIDTH);
      const width = tileWidth('entries', bundle, await size());
      const { entries } = await entryBundle(log, { level: 'entries', index: bundle, width });
      return entries.slice(index % TILE_WIDTH);
    },
  };
}

const PAGE = 500;
const OFFICER = [{ role: 'administrator' as const }];

/** The entries that a provenance service keeps. */
export function keptSource(provenance: ServiceClient, facility: string): EntrySource {
  const page = (from: number, limit: number) =>
    provenance.ask(`/v1/logs/${facility}/entries`, { roles: OFFICER, query: { from, limit } });
  return {
    name: provenance.url,
    size: async () => numberMember(await page(0, 1), 'size') ?? 0,
    from: async (index) =>
      listMember(await page(index, PAGE), 'entries').map((one) => {
        const bytes = fromBase64(textMember(one, 'entry') ?? '');
        if (bytes === undefined) throw unusable(provenance.url, 'an entry cannot be read');
        return bytes;
      }),
  };
}

/** A log as its custody service has it, and the last tree that was signed of it. */
export interface RecoveryStanding {
  readonly origin: string;
  readonly size: number;
  readonly root: string;
  readonly signedSize: number;
  readonly signedRoot: string;
}

export interface Recovered extends RecoveryStanding {
  /** Entries that were put back. */
  readonly putBack: number;
  /** Entries behind the signed tree that the source has and that one request could not hold. */
  readonly leftOut: number;
}

/** Text of one request: base64 of entries, well under what a custody service takes. */
const REQUEST_CHARACTERS = 2_000_000;
const REQUEST_ENTRIES = 2_000;
/** With the last signed entry goes what stood behind it, which nothing else vouches for: as much as fits. */
const LAST_REQUEST_CHARACTERS = 6_000_000;

/**
 * Gives a custody service back what its log lost, in parts, each with the proof that it leads to the tree that the log
 * signed. The source is compared with that tree before anything is sent. @throws Failure
 */
export async function recoverLog(
  custody: ServiceClient,
  facility: string,
  { source, onProgress }: { readonly source: EntrySource; readonly onProgress: (entries: number) => void },
): Promise<Recovered> {
  const path = `/v1/logs/${facility}/recovery`;
  const before = standingOf(await custody.ask(path, { roles: OFFICER }));
  if (before.size >= before.signedSize) return { ...before, putBack: 0, leftOut: 0 };
  const tree = await readTree(source, onProgress);
  requireSame(source, tree, before);
  let standing = before;
  while (standing.size < before.signedSize) {
    const entries = await part(source, tree, { from: standing.size, signedSize: before.signedSize });
    const to = standing.size + entries.length;
    const proof = to < before.signedSize ? await tree.consistency(to, before.signedSize) : [];
    const body = { from: standing.size, entries: entries.map(toBase64), proof: proof.map(toHex) };
    standing = standingOf(await custody.ask(path, { method: 'POST', roles: OFFICER, body }));
    onProgress(standing.size);
  }
  return { ...standing, putBack: standing.size - before.size, leftOut: tree.size - standing.size };
}

async function readTree(source: EntrySource, onProgress: (entries: number) => void): Promise<LogTree> {
  const size = await source.size();
  const leaves = new Uint8Array(size * 32);
  for (let at = 0; at < size;) {
    const entries = await source.from(at);
    if (entries.length === 0) throw unusable(source.name, `it ends at entry ${at} of ${size}`);
    for (const entry of entries.slice(0, size - at)) leaves.set(leafHash(entry), 32 * at++);
    onProgress(at);
  }
  return new LogTree(leaves);
}

function requireSame(source: EntrySource, tree: LogTree, standing: RecoveryStanding): void {
  const { size, root, signedSize, signedRoot } = standing;
  if (tree.size < signedSize)
    throw unusable(source.name, `it has ${tree.size} entries, and ${signedSize} were signed`);
  const has = (at: number, hash: string) => equalBytes(tree.rootAt(at), fromHex(hash) ?? new Uint8Array());
  if (!has(signedSize, signedRoot))
    throw unusable(source.name, `its first ${signedSize} entries are not those that were signed`);
  if (!has(size, root))
    throw unusable(source.name, `its first ${size} entries are not those that the service has`);
}

/** The next entries that go in one request: up to the one before the last signed, or that one with all behind it. */
async function part(
  source: EntrySource,
  tree: LogTree,
  { from, signedSize }: { readonly from: number; readonly signedSize: number },
): Promise<readonly Uint8Array[]> {
  const isLast = from === signedSize - 1;
  const end = isLast ? tree.size : signedSize - 1;
  const most = isLast ? LAST_REQUEST_CHARACTERS : REQUEST_CHARACTERS;
  const entries: Uint8Array[] = [];
  for (let characters = 0; from + entries.length < end && entries.length < REQUEST_ENTRIES;) {
    for (const entry of await source.from(from + entries.length)) {
      characters += Math.ceil(entry.length / 3) * 4 + 3;
      if (entries.length > 0 && (characters > most || entries.length === REQUEST_ENTRIES)) return entries;
      if (from + entries.length === end) break;
      entries.push(entry);
    }
  }
  return entries;
}

function standingOf(answer: unknown): RecoveryStanding {
  return {
    origin: textMember(answer, 'origin') ?? '',
    size: numberMember(answer, 'size') ?? 0,
    root: textMember(answer, 'root') ?? '',
    signedSize: numberMember(answer, 'signedSize') ?? 0,
    signedRoot: textMember(answer, 'signedRoot') ?? '',
  };
}

function unusable(name: string, why: string): Failure {
  return new Failure({
    ...{ code: 'source-unusable', exit: EXIT.unproven },
    cause: `${name} cannot give the log back: ${why}.`,
    next: 'Try another source: provenance, or a folder that lodemark log export wrote.',
  });
}
