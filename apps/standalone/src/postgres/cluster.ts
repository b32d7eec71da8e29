import { randomBytes } from 'node:crypto';
import { execFile } from 'node:child_process';
import { chown, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Binaries } from './binaries.js';
import { createOnce } from '../create-once.js';
import type { Place } from './place.js';
import { markOf } from './processes.js';

export const SUPERUSER = 'postgres';

const run = promisify(execFile);

/**
 * Makes the cluster of a place unless it is there, UTF-8 in the C locale, and returns the superuser's password.
 * The cluster is made under another name and renamed, so that one that exists is always whole.
 */
export async function ensureCluster(place: Place, binaries: Binaries, fsync: boolean): Promise<string> {
  const password = await ensurePassword(place);
  if (await exists(place.data)) {
    await checkVersion(place, binaries);
    return password;
  }
  await sweepDrafts(place.folder);
  const draft = join(place.folder, `data-${process.pid}-${randomBytes(4).toString('hex')}`);
  const passwordFile = `${draft}.password`;
  try {
    await mkdir(draft, { mode: 0o700 });
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600, flag: 'wx' });
    if (place.user !== undefined) {
      for (const path of [draft, passwordFile]) await chown(path, place.user.uid, place.user.gid);
    }
    await initdb(place, binaries, { draft, passwordFile, fsync });
    await moveInto(place.data, draft);
  } finally {
    await rm(passwordFile, { force: true });
    await rm(draft, { recursive: true, force: true });
  }
  return password;
}

interface Initdb {
  readonly draft: string;
  readonly passwordFile: string;
  readonly fsync: boolean;
}

async function initdb(
  place: Place,
  binaries: Binaries,
  { draft, passwordFile, fsync }: Initdb,
): Promise<void> {
  const flags = [
    `--pgdata=${draft}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    ...(fsync ? [] : ['--no-sync']),
  ];
  try {
    await run(binaries.initdb, flags, spawnOptions(place));
  } catch (cause) {
    const { stderr, message } = cause as { stderr?: string; message: string };
    throw new Error(`Postgres could not make a cluster in ${place.folder}: ${stderr?.trim() ?? message}`, {
      cause,
    });
  }
}

/** How the programs are run: as the place's user, from a folder it can enter, and blind to `PG…` variables. */
export function spawnOptions({ user }: Place) {
  const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
  return { cwd: '/', env, ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }) };
}

// What starts that were killed half-way left behind.
async function sweepDrafts(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = /^data-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && markOf(Number(pid)) === undefined) {
      await rm(join(folder, name), { recursive: true, force: true });
    }
  }
}

async function moveInto(data: string, draft: string): Promise<void> {
  try {
    await rename(draft, data);
  } catch (cause) {
    // Another start was quicker; its cluster has the same password and is as good.
    if (!(await exists(data))) throw cause;
  }
}

async function ensurePassword({ folder, data }: Place): Promise<string> {
  const file = join(folder, 'password');
  if (await exists(data)) return readPassword(file);
  return (await createOnce(file, Buffer.from(randomBytes(24).toString('hex')))).toString('utf8').trim();
}

async function readPassword(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    throw new Error(`The superuser's password cannot be read from ${file}, which stands beside the cluster`, {
      cause,
    });
  }
}

async function checkVersion({ data }: Place, { major }: Binaries): Promise<void> {
  const found = (await readFile(join(data, 'PG_VERSION'), 'utf8')).trim();
  if (found !== major) {
    throw new Error(
      `The cluster in ${data} is of Postgres ${found}; this program ships ${major}. Dump and restore it`,
    );
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
