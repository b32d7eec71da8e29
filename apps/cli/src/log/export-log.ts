import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fromUtf8, parseCheckpoint, parseNote, tilePath, type Checkpoint } from '@lodemark/transparency';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { deriveLog } from './derived-log.js';
import type { LogSource } from './log-source.js';

/**
 * Writes a log as files that any web server can serve as https://c2sp.org/tlog-tiles has it. Tiles are made of the
 * entries, not copied, and the checkpoint comes last: a folder with one is whole. @throws Failure
 */
export async function exportLog(
  source: LogSource,
  folder: string,
  onProgress: (entries: number, size: number) => void = () => undefined,
): Promise<Checkpoint> {
  const note = await source.checkpoint();
  const checkpoint = readCheckpoint(source.name, note);
  const root = await deriveLog(source, checkpoint.size, {
    onTile: async ({ tile, bytes }) => {
      await write(join(folder, tilePath(tile)), bytes);
      if (tile.level === 'entries') onProgress(tile.index * 256 + tile.width, checkpoint.size);
    },
  });
  if (root !== checkpoint.root) throw otherRoot(source.name, checkpoint, root);
  await write(join(folder, 'checkpoint'), note);
  return checkpoint;
}

/** What a note says; whose signatures it bears is another question. @throws Failure */
export function readCheckpoint(name: string, note: Uint8Array): Checkpoint {
  const opened = parseNote(note);
  const checkpoint = opened.ok ? parseCheckpoint(opened.value.text) : opened;
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
