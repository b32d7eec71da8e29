import { spawn, type ChildProcess } from 'node:child_process';
import { spawnOptions } from './cluster.js';
import type { Place } from './place.js';

// Its input ends when the starter ends, however that came about: then Postgres is asked for a fast, clean shutdown.
// A cluster that is thrown away goes with it.
const SCRIPT = `trap '' INT TERM HUP
read -r _
kill -INT "$1" 2>/dev/null
[ -n "$2" ] || exit 0
n=0
while kill -0 "$1" 2>/dev/null && [ "$n" -lt 600 ]; do n=$((n + 1)); sleep 0.1; done
rm -rf "$2"`;

/**
 * Starts a shell that stops the server as soon as the present process is gone, be it by an unhandled SIGTERM or by
 * kill -9, so that no server outlives its starter. It belongs to a session of its own: Ctrl-C does not reach it.
 */
export function watchStarter(
  place: Place,
  postmaster: number,
  removeAfter: string | undefined,
): ChildProcess | undefined {
  if (process.platform === 'win32') return undefined;
  const watcher = spawn('/bin/sh', ['-c', SCRIPT, 'sh', String(postmaster), removeAfter ?? ''], {
    ...spawnOptions(place),
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.on('error', () => undefined);
  watcher.stdin.on('error', () => undefined);
  watcher.unref();
  unrefStream(watcher.stdin);
  return watcher;
}

/** Lets the event loop end although a child's pipe is open. */
export function unrefStream(stream: unknown): void {
  (stream as { unref?: () => void } | null)?.unref?.();
}
