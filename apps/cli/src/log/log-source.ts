import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CallerRole } from '@lodemark/platform/light';
import { tilePath, type TileCoordinate } from '@lodemark/transparency';
import { errorText, requestTrouble } from '../errors.js';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { pause } from '../network/service-client.js';
import type { Tokens } from '../network/tokens.js';

/** A log as https://c2sp.org/tlog-tiles lays it out, wherever it lies. */
export interface LogSource {
  readonly name: string;
  /** The signed note. @throws Failure */
  checkpoint(): Promise<Uint8Array>;
  /** @throws Failure */
  tile(tile: TileCoordinate): Promise<Uint8Array>;
}

const ATTEMPTS = 5;
const TIMEOUT_MS = 60_000;
/** More than any tile: 256 entries of 64 KiB. */
const MAX_BYTES = 17 * 1024 * 1024;

/** A folder that `lodemark log export` wrote, or any other log in files. */
export function folderSource(folder: string): LogSource {
  const read = async (path: string): Promise<Uint8Array> => {
    const bytes = await readFile(join(folder, path)).catch((error: unknown) => {
      throw unreadable(`${join(folder, path)} cannot be read: ${errorText(error)}`, EXIT.unproven);
    });
    return new Uint8Array(bytes);
  };
  return { name: folder, checkpoint: () => read('checkpoint'), tile: (tile) => read(tilePath(tile)) };
}

/** The log at an address. A token goes along where one can be had, because entries may be for few. */
export function httpSource(url: string, tokens: Tokens, roles: readonly CallerRole[]): LogSource {
  const prefix = url.replace(/\/+$/, '');
  const read = async (path: string): Promise<Uint8Array> => {
    const token = await tokens.forRequest(prefix, roles).catch(() => undefined);
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return get(`${prefix}/${path}`, headers);
  };
  return { name: prefix, checkpoint: () => read('checkpoint'), tile: (tile) => read(tilePath(tile)) };
}

async function get(url: string, headers: Readonly<Record<string, string>>): Promise<Uint8Array> {
  for (let attempt = 1; ; attempt += 1) {
    const last = attempt === ATTEMPTS;
    const response = await fetch(url, {
      headers,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((error: unknown) => {
      if (last) throw unreadable(`${url} does not answer: ${requestTrouble(error)}`, EXIT.trouble);
      return undefined;
    });
    if (response?.ok === true) return limited(url, response);
    if (response !== undefined && (last || ![429, 502, 503, 504].includes(response.status)))
      throw unreadable(`GET ${url} answered ${response.status}`, EXIT.trouble);
    await new Promise((resolve) =>
      setTimeout(resolve, pause(attempt, response?.headers.get('retry-after') ?? null)),
    );
  }
}

async function limited(url: string, response: Response): Promise<Uint8Array> {
  if (Number(response.headers.get('content-length') ?? 0) > MAX_BYTES)
    throw unreadable(`${url} answers with more than a tile`, EXIT.unproven);
  return new Uint8Array(await response.arrayBuffer());
}

function unreadable(cause: string, exit: Failure['exit']): Failure {
  return new Failure({ code: 'log-unreadable', exit, cause: `${cause}.` });
}
