import { equalBytes, fromHex, leafHash, LogTree, toBase64, toHex } from '@lodemark/transparency';
import { member, numberMember, textMember } from '../network/json.js';
import type { ServiceClient } from '../network/service-client.js';
import { OFFICER, unusable, type EntrySource } from './entry-source.js';
import { nextPart, type RequestLimits } from './next-part.js';

/** A log as the service that keeps it has it, and the last tree that was signed of it. */
export interface RecoveryStanding {
  readonly origin: string;
  readonly size: number;
  readonly root: string;
  readonly signedSize: number;
  readonly signedRoot: string;
  /** Digests of documents that the log names and that are to be had nowhere; only of a root log. */
  readonly lackingDocuments: readonly string[];
}

export interface Recovered extends RecoveryStanding {
  /** Entries that were put back. */
  readonly putBack: number;
  /** Entries behind the signed tree that the source has and that one request could not hold. */
  readonly leftOut: number;
}

/** What is to be recovered, and from what. */
export interface Recovery {
  /** The service that keeps the log. */
  readonly service: ServiceClient;
  /** Of its operations on what was lost. */
  readonly path: string;
  readonly source: EntrySource;
  readonly limits: RequestLimits;
  /** Documents that have to go with an entry. @throws Failure */
  readonly documentsOf?: (entry: Uint8Array) => Promise<readonly Uint8Array[]>;
  readonly onProgress: (entries: number) => void;
}

/**
 * Gives a service back what its log lost, in parts, each with the proof that it leads to the tree that was signed of the
 * log. The source is compared with that tree before anything is sent. @throws Failure
 */
export async function recoverLog(recovery: Recovery): Promise<Recovered> {
  const { service, path, source, onProgress } = recovery;
  const before = standingOf(await service.ask(path, { roles: OFFICER }));
  if (before.size >= before.signedSize) return { ...before, putBack: 0, leftOut: 0 };
  const tree = await readTree(source, onProgress);
  requireSame(source, tree, before);
  let standing = before;
  while (standing.size < before.signedSize) {
    const from = standing.size;
    const { entries, documents } = await nextPart(recovery, {
      ...{ from, size: tree.size, signedSize: before.signedSize },
    });
    const to = from + entries.length;
    const proof = to < before.signedSize ? await tree.consistency(to, before.signedSize) : [];
    const body = { from, entries: entries.map(toBase64), proof: proof.map(toHex) };
    const given = documents.length === 0 ? {} : { documents: documents.map(toBase64) };
    const answer = await service.ask(path, { method: 'POST', roles: OFFICER, body: { ...body, ...given } });
    standing = standingOf(answer);
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

function standingOf(answer: unknown): RecoveryStanding {
  return {
    origin: textMember(answer, 'origin') ?? '',
    size: numberMember(answer, 'size') ?? 0,
    root: textMember(answer, 'root') ?? '',
    signedSize: numberMember(answer, 'signedSize') ?? 0,
    signedRoot: textMember(answer, 'signedRoot') ?? '',
    lackingDocuments: lackingOf(answer),
  };
}

/** A custody service has no documents of others, and says nothing of them. */
function lackingOf(answer: unknown): readonly string[] {
  const lacking = member(answer, 'lackingDocuments');
  return Array.isArray(lacking) ? lacking.map(String) : [];
}
