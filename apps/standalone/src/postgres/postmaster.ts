import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Place } from './place.js';
import { commandOf, isRunning, markOf, type ProcessMark } from './processes.js';

/** The wanted cluster is served already, by a server whose starter is alive. */
export class DataFolderInUse extends Error {
  readonly code = 'data-folder-in-use';

  constructor(
    readonly folder: string,
    readonly starter: number | undefined,
    readonly postmaster: number | undefined,
  ) {
    const who = starter === undefined ? 'another process' : `process ${starter}`;
    const server = postmaster === undefined ? '' : ` (Postgres is process ${postmaster})`;
    super(
      `The data folder ${folder} is in use by ${who}${server}. Stop that first, or choose another folder`,
    );
    this.name = 'DataFolderInUse';
  }
}

const ORPHAN_PATIENCE_MS = 60_000;
/** A process number beyond every system's limit. */
const NOBODY = 2_147_483_646;

/** The `cluster_name` that tells who started a server. */
export function starterName(): string {
  const mark = markOf(process.pid);
  return `lodemark-${process.pid}-${mark?.started ?? '0'}`;
}

/**
 * Makes the way free for a start: refuses when the cluster is served, stops a server whose starter was killed, and
 * disarms a lock file that a crash left behind and whose process number now belongs to something else.
 */
export async function claim(place: Place): Promise<void> {
  const pid = await lockHolder(place.data);
  if (pid === undefined) return;
  const command = commandOf(pid);
  const mark = markOf(pid);
  if (mark === undefined) return;
  if (command?.includes(place.data) !== true) return disarm(place.data);
  const starter = starterIn(command);
  if (starter === undefined || isRunning(starter)) throw new DataFolderInUse(place.folder, starter?.pid, pid);
  await stopOrphan(mark);
}

function starterIn(command: string): ProcessMark | undefined {
  const found = /cluster_name=lodemark-(\d+)-(\d+)/.exec(command);
  return found === null ? undefined : { pid: Number(found[1]), started: found[2] ?? '' };
}

async function stopOrphan(mark: ProcessMark): Promise<void> {
  const deadline = Date.now() + ORPHAN_PATIENCE_MS;
  process.kill(mark.pid, 'SIGINT');
  while (isRunning(mark)) {
    if (Date.now() > deadline)
      throw new Error(`Postgres process ${mark.pid}, left by a killed service, does not stop`);
    await delay(50);
  }
}

// Postgres takes any living process of its own user for the holder. Only the number is replaced: the rest of the
// file lets it still find backends that outlived their server.
async function disarm(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid');
  const [, ...rest] = (await readFile(file, 'utf8')).split('\n');
  await writeFile(file, [String(NOBODY), ...rest].join('\n'));
}

async function lockHolder(data: string): Promise<number | undefined> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => undefined);
  const pid = Number.parseInt(text ?? '', 10);
  return Number.isNaN(pid) || pid <= 0 ? undefined : pid;
}
