import { execFileSync } from 'node:child_process';
import { chmod, mkdir, open, rm, statfs, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** An image that takes as much of the real disk as is written to it. */
const IMAGE_BYTES = 8 * 1024 ** 3;
const MEMORY_MEGABYTES = 1_500;
const BLOCK = 4_096;

/** A file system of its own for Postgres, which can be filled and, where it is on a loop device, stopped. */
export class Disk {
  private isStopped = false;

  private constructor(
    private readonly base: string,
    /** Where Postgres keeps its cluster. */
    readonly folder: string,
    readonly canBeFilled: boolean,
    readonly canBeStopped: boolean,
    /** What it is, and why it cannot do everything. */
    readonly description: string,
  ) {}

  /** The best that this machine lets us have: a loop device, memory, or only a folder. */
  static async make(base: string): Promise<Disk> {
    const folder = join(base, 'disk');
    await mkdir(folder, { recursive: true });
    // The server runs as another user when we are root.
    await chmod(base, 0o755);
    const why = (await mountLoop(base, folder)) ?? 'mounted';
    if (why === 'mounted')
      return new Disk(base, folder, true, has('fsfreeze'), 'a loop device with ext4 of its own');
    if (attempt('mount', '-t', 'tmpfs', '-o', `size=${MEMORY_MEGABYTES}m`, 'tmpfs', folder) === undefined)
      return new Disk(base, folder, true, false, `memory (${why})`);
    return new Disk(base, folder, false, false, `a plain folder: neither full nor stopped (${why})`);
  }

  /** Takes all that is free, up to the last block. */
  async fill(): Promise<void> {
    const { bavail, bsize } = await statfs(this.folder);
    const ballast = join(this.folder, 'ballast');
    attempt('fallocate', '-l', String(Math.max(BLOCK, (bavail - 64) * bsize)), ballast);
    const file = await open(ballast, 'a');
    try {
      for (const block = Buffer.alloc(BLOCK); ;) await file.write(block);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      await file.close();
    }
  }

  async makeRoom(): Promise<void> {
    await rm(join(this.folder, 'ballast'), { force: true });
  }

  /** No write ends until it goes on. */
  stop(): void {
    this.isStopped = true;
    must('fsfreeze', '-f', this.folder);
  }

  goOn(): void {
    if (this.isStopped) must('fsfreeze', '-u', this.folder);
    this.isStopped = false;
  }

  async remove(): Promise<void> {
    if (this.isStopped) attempt('fsfreeze', '-u', this.folder);
    for (let tries = 0; this.canBeFilled && tries < 20; tries += 1) {
      if (attempt('umount', this.folder) === undefined) break;
      await pause(250);
    }
    for (const left of [this.folder, join(this.base, 'image')])
      await rm(left, { recursive: true, force: true });
  }
}

/** Why it could not be mounted; undefined when it is. */
async function mountLoop(base: string, folder: string): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'only root can mount';
  const image = join(base, 'image');
  await writeFile(image, '');
  await truncate(image, IMAGE_BYTES);
  const why =
    attempt('mkfs.ext4', '-q', '-m', '0', '-E', 'lazy_itable_init=1', image) ??
    attempt('mount', '-o', 'loop', image, folder);
  if (why !== undefined) await rm(image, { force: true });
  return why;
}

function has(program: string): boolean {
  return attempt(program, '--version') === undefined;
}

/** What went wrong, in one line. */
function attempt(program: string, ...args: readonly string[]): string | undefined {
  try {
    must(program, ...args);
    return undefined;
  } catch (error) {
    const { stderr, message } = error as { stderr?: Buffer; message: string };
    return (stderr?.toString() ?? message).trim().split('\n')[0] ?? program;
  }
}

function must(program: string, ...args: readonly string[]): void {
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
