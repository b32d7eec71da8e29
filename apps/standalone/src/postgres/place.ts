import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readlink,
  realpath,
  rmdir,
  stat,
  symlink,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { errorCode } from '@lodemark/platform/light';
import { openFolder } from './open-folder.js';
import { canUse, serverUser, type ServerUser } from './server-user.js';

/** Where a cluster lives and whom its server runs as. */
export interface Place {
  /** Holds the cluster (`data`) and what belongs to it; `data` belongs to the user, the rest to the starter. */
  readonly folder: string;
  readonly data: string;
  readonly user: ServerUser | undefined;
  /** Makes and names folders in which a copy of the programs may be kept, the best first. */
  readonly homes: () => AsyncIterable<string>;
}

// State that must last belongs below /var/lib: both temporary folders are swept by age on many systems.
const LASTING = '/var/lib/lodemark';
const ATTEMPTS = 5;

/**
 * The place of a lasting cluster: the wanted folder, or, where the server's user cannot reach it (root's home), a
 * folder elsewhere that a symbolic link in the wanted place points to. It is never moved or removed once made.
 */
export async function lastingPlace(wanted: string): Promise<Place> {
  const path = resolve(wanted);
  const user = (await ownerOfCluster(path)) ?? serverUser();
  const folder = await reachableFolder(path, user);
  return { folder, data: join(folder, 'data'), user, homes: () => homes([LASTING, ...temporaryHomes()]) };
}

/** The place of a cluster that is thrown away: a new folder below the temporary one, owned by the server's user. */
export async function temporaryPlace(): Promise<Place> {
  const user = serverUser();
  for (const base of [...new Set([tmpdir(), '/tmp', '/var/tmp'])]) {
    if (!canUse(base, 'enter', user)) continue;
    const folder = await mkdtemp(join(base, 'lodemark-postgres-'));
    if (user !== undefined) await chown(folder, user.uid, user.gid);
    return { folder, data: join(folder, 'data'), user, homes: () => homes([...temporaryHomes(), LASTING]) };
  }
  throw new Error(`The user ${user?.name ?? 'running this'} can enter no temporary folder`);
}

// A cluster that exists keeps its owner, whoever starts it: root may take over what an ordinary user began.
async function ownerOfCluster(path: string): Promise<ServerUser | undefined> {
  const found = await stat(join(path, 'data')).catch(() => undefined);
  const self = process.getuid?.();
  if (found === undefined || self === undefined || found.uid === self || found.uid === 0) return undefined;
  if (self === 0) return { name: String(found.uid), uid: found.uid, gid: found.gid };
  throw new Error(`The cluster in ${path} belongs to user ${found.uid}; start it as that user or as root`);
}

async function reachableFolder(path: string, user: ServerUser | undefined): Promise<string> {
  // More than once, because another first start may be making the folder or the link at the same time.
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (await isLink(path)) return followed(path, user);
    await openFolder(path);
    if (user === undefined || canUse(path, 'enter', user)) return path;
    if ((await lstat(join(path, 'data')).catch(() => undefined)) !== undefined) {
      throw new Error(
        `The user ${user.name}, who owns the cluster in ${path}, can no longer reach that folder`,
      );
    }
    await pointElsewhere(path, await newFolderElsewhere(user));
  }
  throw new Error(`Other processes keep changing ${path}`);
}

async function pointElsewhere(path: string, made: string): Promise<void> {
  try {
    await rmdir(path).catch((cause: unknown) => {
      if (!['ENOENT', 'ENOTDIR'].includes(errorCode(cause) ?? '')) throw cause;
    });
    await symlink(made, path);
  } catch (cause) {
    await rmdir(made);
    if (errorCode(cause) === 'EEXIST') return;
    throw new Error(`${path} cannot be reached by the server's user, and no link can take its place`, {
      cause,
    });
  }
}

async function followed(path: string, user: ServerUser | undefined): Promise<string> {
  const target = resolve(dirname(path), await readlink(path));
  const folder = await realpath(target).catch((cause: unknown) => {
    throw new Error(`${path} points to ${target}, which is gone`, { cause });
  });
  if (!canUse(folder, 'enter', user))
    throw new Error(`${path} points to ${folder}, which the server cannot enter`);
  return folder;
}

async function newFolderElsewhere(user: ServerUser): Promise<string> {
  for await (const home of homes([LASTING, ...temporaryHomes()])) {
    if (!canUse(home, 'enter', user)) continue;
    const folder = await mkdtemp(join(home, 'cluster-'));
    await chmod(folder, 0o755);
    return folder;
  }
  throw new Error(`No folder was found for the cluster that the user ${user.name} can enter`);
}

function temporaryHomes(): readonly string[] {
  const name = `lodemark-${process.getuid?.() ?? 'user'}`;
  return [...new Set([join('/var/tmp', name), join(tmpdir(), name)])];
}

// A folder in a place where everybody may write is trusted only if it is ours alone: whoever else made it could
// put programs of their own there.
async function* homes(paths: readonly string[]): AsyncGenerator<string> {
  for (const path of paths) {
    try {
      await mkdir(path, { mode: 0o755 });
      await chmod(path, 0o755);
    } catch (cause) {
      if (errorCode(cause) !== 'EEXIST') continue;
    }
    const found = await lstat(path);
    const own = process.getuid === undefined || found.uid === process.getuid();
    if (found.isDirectory() && own && (found.mode & 0o022) === 0) yield path;
  }
}

async function isLink(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined))?.isSymbolicLink() === true;
}
