import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fromUtf8, parseCheckpoint, parseNote, tilePath, type Checkpoint } from '@lodemark/transparency';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { deriveLog } from './derived-log.js';
import { documentPath, type LogSource } from './log-source.js';
import { documentNamed, firstDocument } from './named-documents.js';

export interface ExportedLog extends Checkpoint {
  /** Of a root log: how many documents lie beside it. */
  readonly documents: number;
  /** Digests of those that the log names and that its keeper does not have. */
  readonly lackingDocuments: readonly string[];
}

/**
 * Writes a log as files that any web server can serve as https://c2sp.org/tlog-tiles has it, with the documents that a
 * root log names. Tiles are made of the entries, not copied, and the checkpoint comes last: a folder with one is whole.
 * @throws Failure
 */
export async function exportLog(
  source: LogSource,
  folder: string,
  onProgress: (entries: number, size: number) => void = () => undefined,
): Promise<ExportedLog> {
  const note = await source.checkpoint();
  const checkpoint = readCheckpoint(source.name, note);
  const named = new Set<string>();
  const isRoot = checkpoint.origin.endsWith('/root');
  const root = await deriveLog(source, checkpoint.size, {
    onTile: async ({ tile, bytes }) => {
      await write(join(folder, tilePath(tile)), bytes);
      if (tile.level === 'entries') onProgress(tile.index * 256 + tile.width, checkpoint.size);
    },
    onEntry: (entry) => {
      const digest = isRoot ? documentNamed(entry) : undefined;
      if (digest !== undefined) named.add(digest);
    },
  });
  if (root !== checkpoint.root) throw otherRoot(source.name, checkpoint, root);
  const lackingDocuments = await exportDocuments(source, folder, named);
  await write(join(folder, 'checkpoint'), note);
  return { ...checkpoint, documents: named.size - lackingDocuments.length, lackingDocuments };
}

/** Gives the digests of those that are not to be had. */
async function exportDocuments(
  source: LogSource,
  folder: string,
  digests: ReadonlySet<string>,
): Promise<readonly string[]> {
  const lacking: string[] = [];
  for (const digest of digests) {
    const bytes = await firstDocument(digest, [(one) => source.document(one)]);
    if (bytes === undefined) lacking.push(digest);
    else await write(join(folder, documentPath(digest)), bytes);
  }
  return lacking;
}

/** What a note says; whose signatures it bears is another question. @throws Failure */
export function readCheckpoint(name: string, note: Uint8Array): Checkpoint {
  const opened = parseNote(note);
  const checkpoint = opened.ok ? parseCheckpoint(opened.value.text, 'any-log') : opened;
  if (checkpoint.ok) return checkpoint.value;
  throw new Failure({
    ...{ code: 'checkpoint-malformed', exit: EXIT.unproven },
    cause: `${name} has no readable checkpoint: ${checkpoint.problems.map(({ detail }) => detail).join(' ')}`,
    ...(fromUtf8(note) === undefined ? { details: ['It is not even text.'] } : {}),
  });
}

export function otherRoot(name: string, { origin, size, root }: Checkpoint, derived: string): Failure {
  return new Failure({
    ...{ code: 'root-differs', exit: EXIT.unproven },
    cause: `The ${size} entries of ${name} have the root hash ${derived}, and the checkpoint of ${origin} says ${root}.`,
    next: 'The entries are not those that were signed: keep them, and ask whoever keeps the log.',
  });
}

async function write(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, bytes);
  await rename(`${path}.new`, path);
}
