import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, readdir, rename, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { parseCheckpoint, parseNote, type Checkpoint } from '@lodemark/transparency';

/** A checkpoint that somebody vouched for, as the note that said so. */
export interface VouchedTree {
  readonly checkpoint: Checkpoint;
  readonly note: string;
}

/** A file of the store is not what was written there: whoever vouched cannot know any more what for. */
export class VouchedTreesDamaged extends Error {
  override readonly name = 'VouchedTreesDamaged';
  readonly code = 'vouched-trees-damaged';
}

/** Another process that shares the folder vouched for another tree meanwhile; ask again. */
class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

const TREE_FILE = /^([0-9]{16})\.note$/;
const ATTEMPTS = 20;

/**
 * The last tree that somebody vouched for, of each log, in a folder of its own: outside every database, so that no
 * restored backup takes it back. A note is on disk before anybody gets to see it, and a process killed at any moment
 * leaves the tree before or the tree after. Files are named by tree size and never changed; processes may share the
 * folder, and of two that vouch at once for trees of one log one begins anew.
 */
export class VouchedTrees {
  constructor(readonly folder: string) {}

  /** Undefined if nothing was vouched for yet. @throws VouchedTreesDamaged */
  async last(origin: string): Promise<VouchedTree | undefined> {
    return (await readLast(this.folderOf(origin), origin)).last;
  }

  /** As {@link last}, for whoever knows only the hash of the origin (lowercase hex of its SHA-256). */
  async lastOfHash(originHash: string): Promise<VouchedTree | undefined> {
    return (await readLast(join(this.folder, originHash))).last;
  }

  /**
   * Vouches for what `vouch` makes of the last tree; `vouch` throws to refuse, and may be called again if another
   * process was faster. Resolves when the note is on disk; an unchanged note is not written again.
   */
  async advance(
    origin: string,
    vouch: (last: VouchedTree | undefined) => Promise<VouchedTree>,
  ): Promise<VouchedTree> {
    const folder = this.folderOf(origin);
    for (let attempt = 1; ; attempt += 1) {
      const { sizes: before, last } = await readLast(folder, origin);
      const next = await vouch(last);
      if (next.note === last?.note) return last;
      try {
        await this.write(folder, next, before);
        return next;
      } catch (error) {
        if (!(error instanceof Overtaken) || attempt === ATTEMPTS) throw error;
        await pause();
      }
    }
  }

  private async write(folder: string, next: VouchedTree, before: readonly number[]): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const draft = join(folder, `${randomUUID()}.draft`);
    const size = next.checkpoint.size;
    await writeDurably(draft, next.note);
    try {
      // The same tree vouched for again, at a later time: the two notes contradict nothing, so the last one stays.
      if (before.includes(size)) await rename(draft, fileOf(folder, size));
      else await linkNew(folder, draft, { size, before });
    } finally {
      await unlink(draft).catch(ignoreMissing);
    }
    await syncFolder(folder);
    for (const old of before) if (old < size) await unlink(fileOf(folder, old)).catch(ignoreMissing);
  }

  private folderOf(origin: string): string {
    return join(this.folder, createHash('sha256').update(origin).digest('hex'));
  }
}

/** A new size: the link is made or not, whatever happens; whoever sees another new one after it takes its own back. */
async function linkNew(
  folder: string,
  draft: string,
  { size, before }: { readonly size: number; readonly before: readonly number[] },
): Promise<void> {
  const target = fileOf(folder, size);
  await link(draft, target).catch((error: unknown) => {
    throw codeOf(error) === 'EEXIST' ? new Overtaken() : error;
  });
  const others = (await sizesIn(folder)).filter((one) => one !== size && !before.includes(one));
  if (others.length === 0) return;
  await unlink(target);
  throw new Overtaken();
}

/** What stands in the folder. A file that another process takes away meanwhile has a successor there already. */
async function readLast(
  folder: string,
  origin?: string,
): Promise<{ readonly sizes: readonly number[]; readonly last: VouchedTree | undefined }> {
  for (let attempt = 1; ; attempt += 1) {
    const sizes = await sizesIn(folder);
    const size = sizes.at(-1);
    if (size === undefined) return { sizes, last: undefined };
    try {
      return {
        sizes,
        last: readTree(await readFile(fileOf(folder, size), 'utf8'), { folder, size, origin }),
      };
    } catch (error) {
      if (codeOf(error) !== 'ENOENT' || attempt === ATTEMPTS) throw error;
    }
  }
}

function readTree(
  note: string,
  {
    folder,
    size,
    origin,
  }: { readonly folder: string; readonly size: number; readonly origin: string | undefined },
): VouchedTree {
  const opened = parseNote(note);
  const checkpoint = opened.ok ? parseCheckpoint(opened.value.text, 'any-log') : opened;
  if (
    checkpoint.ok &&
    checkpoint.value.size === size &&
    (origin ?? checkpoint.value.origin) === checkpoint.value.origin
  )
    return { checkpoint: checkpoint.value, note };
  throw new VouchedTreesDamaged(
    `${fileOf(folder, size)} is not the checkpoint that its name says. Nothing is vouched for until it is put right.`,
  );
}

/** Sizes of the trees in the folder, ascending. */
async function sizesIn(folder: string): Promise<readonly number[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  });
  return names
    .flatMap((name) => {
      const digits = TREE_FILE.exec(name)?.[1];
      return digits === undefined ? [] : [Number(digits)];
    })
    .sort((a, b) => a - b);
}

function fileOf(folder: string, size: number): string {
  return join(folder, `${String(size).padStart(16, '0')}.note`);
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(folder, 'r');
    await handle.sync();
  } catch (error) {
    // Windows opens no folders, and its file system journals names itself.
    if (process.platform !== 'win32') throw error;
  } finally {
    await handle?.close();
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
}

function ignoreMissing(error: unknown): void {
  if (codeOf(error) !== 'ENOENT') throw error;
}

function codeOf(error: unknown): unknown {
  return (Object(error) as { readonly code?: unknown }).code;
}
