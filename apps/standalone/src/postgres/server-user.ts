import { execFileSync, spawnSync } from 'node:child_process';

/** The operating system user a server runs as when it is not the present one. */
export interface ServerUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const LAST_RESORT: ServerUser = { name: '65534', uid: 65_534, gid: 65_534 };

/** Whom to run the server as: Postgres refuses root, so root hands it to an existing unprivileged user. */
export function serverUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return lookUp('postgres') ?? lookUp('nobody') ?? LAST_RESORT;
}

// `id` knows users of every source (files, LDAP, macOS directory services); /etc/passwd does not.
function lookUp(name: string): ServerUser | undefined {
  const uid = id('-u', name);
  const gid = id('-g', name);
  return uid === undefined || gid === undefined || uid === 0 || gid === 0 ? undefined : { name, uid, gid };
}

function id(what: '-u' | '-g', name: string): number | undefined {
  try {
    const text = execFileSync('id', [what, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const number = Number(text.trim());
    // macOS has users with negative numbers, which the kernel takes as unsigned.
    return Number.isInteger(number) ? number >>> 0 : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether the user can enter a folder or run a file, every component of the path included. The kernel is asked, as
 * that user, because mode bits alone do not know of access lists, `noexec` mounts or network shares.
 */
export function canUse(
  path: string,
  access: 'enter' | 'run' | 'write',
  user: ServerUser | undefined,
): boolean {
  const test = { enter: '-x', run: '-x', write: '-w' }[access];
  const script = `[ ${access === 'run' ? '-f' : '-d'} "$1" ] && [ ${test} "$1" ]`;
  const { status } = spawnSync('/bin/sh', ['-c', script, 'sh', path], {
    stdio: 'ignore',
    cwd: '/',
    ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
  });
  return status === 0;
}
