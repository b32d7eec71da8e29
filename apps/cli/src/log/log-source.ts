import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, type CallerRole } from '@lodemark/platform/light';
import {
  decodeEntryBundle,
  encodeEntryBundle,
  TILE_WIDTH,
  tilePath,
  type TileCoordinate,
} from '@lodemark/transparency';
import { errorText, requestTrouble } from '../errors.js';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { boundedBody } from '../network/bounded-body.js';
import { passesSoon, pause } from '../network/service-client.js';
import type { Tokens } from '../network/tokens.js';

/** A log as https://c2sp.org/tlog-tiles lays it out, wherever it lies. */
export interface LogSource {
  readonly name: string;
  /** The signed note. @throws Failure */
  checkpoint(): Promise<Uint8Array>;
  /** @throws Failure */
  tile(tile: TileCoordinate): Promise<Uint8Array>;
  /** A document that an entry of a root log names by its SHA-256; undefined when it is not there. @throws Failure */
  document(digest: string): Promise<Uint8Array | undefined>;
}

/** Where documents lie beside a root log; no part of https://c2sp.org/tlog-tiles. */
export function documentPath(digest: string): string {
  return `documents/${digest}`;
}

const ATTEMPTS = 5;
const TIMEOUT_MS = 60_000;
/** More than any tile: 256 entries of 64 KiB. */
const MAX_BYTES = 17 * 1024 * 1024;

const HASH_BYTES = 32;

/** A folder that `lodemark log export` wrote, or any other log in files. */
export function folderSource(folder: string): LogSource {
  const find = async (path: string): Promise<Uint8Array | undefined> => {
    try {
      return new Uint8Array(await readFile(join(folder, path)));
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw unreadable(`${join(folder, path)} cannot be read: ${errorText(error)}`, EXIT.unproven);
    }
  };
  return sourceOf(folder, find, (path) =>
    unreadable(`${join(folder, path)} cannot be read: there is no such file`, EXIT.unproven),
  );
}

/** The log at an address. A token goes along where one can be had, because entries may be for few. */
export function httpSource(url: string, tokens: Tokens, roles: readonly CallerRole[]): LogSource {
  const prefix = url.replace(/\/+$/, '');
  const find = async (path: string): Promise<Uint8Array | undefined> => {
    const token = await tokens.forRequest(prefix, roles).catch(() => undefined);
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return get(`${prefix}/${path}`, headers);
  };
  return sourceOf(prefix, find, (path) => unreadable(`GET ${prefix}/${path} answered 404`, EXIT.trouble));
}

/** Undefined when there is no such thing. @throws Failure */
type Find = (path: string) => Promise<Uint8Array | undefined>;

function sourceOf(name: string, find: Find, missing: (path: string) => Failure): LogSource {
  const required = (path: string, bytes: Uint8Array | undefined): Uint8Array => {
    if (bytes === undefined) throw missing(path);
    return bytes;
  };
  return {
    name,
    checkpoint: async () => required('checkpoint', await find('checkpoint')),
    tile: async (tile) => required(tilePath(tile), await findTile(find, tile)),
    document: (digest) => find(documentPath(digest)),
  };
}

/** A log may take a partial tile away once it has the full one, of which it is the beginning (tlog-tiles). */
async function findTile(find: Find, tile: TileCoordinate): Promise<Uint8Array | undefined> {
  const bytes = await find(tilePath(tile));
  if (bytes !== undefined || tile.width === TILE_WIDTH) return bytes;
  const full = await find(tilePath({ ...tile, width: TILE_WIDTH }));
  return full && beginningOf(full, tile);
}

function beginningOf(full: Uint8Array, { level, width }: TileCoordinate): Uint8Array {
  if (level !== 'entries') return full.slice(0, width * HASH_BYTES);
  const entries = decodeEntryBundle(full);
  // What is no bundle is told apart by whoever reads it.
  return entries.ok ? encodeEntryBundle(entries.value.slice(0, width)) : full;
}

/** Undefined when there is no such thing. */
async function get(url: string, headers: Readonly<Record<string, string>>): Promise<Uint8Array | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const last = attempt === ATTEMPTS;
    const answer = await answerOf(url, headers).catch((error: unknown) => {
      if (error instanceof Failure) throw error;
      if (last) throw unreadable(`${url} does not answer: ${requestTrouble(error)}`, EXIT.trouble);
      return undefined;
    });
    if (answer?.bytes !== undefined) return answer.bytes;
    if (answer?.status === 404) return undefined;
    if (answer !== undefined && (last || !passesSoon(answer.status, answer.retryAfter)))
      throw unreadable(`GET ${url} answered ${answer.status}`, EXIT.trouble);
    await new Promise((resolve) => setTimeout(resolve, pause(attempt, answer?.retryAfter ?? null)));
  }
}

interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  /** Of a good answer alone. */
  readonly bytes?: Uint8Array;
}

async function answerOf(url: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(url, { headers, redirect: 'error', signal });
  const answer = { status: response.status, retryAfter: response.headers.get('retry-after') };
  if (response.ok) return { ...answer, bytes: await limited(url, response) };
  await response.body?.cancel();
  return answer;
}

async function limited(url: string, response: Response): Promise<Uint8Array> {
  const bytes = await boundedBody(response, MAX_BYTES);
  if (bytes !== undefined) return bytes;
  throw unreadable(`${url} answers with more than a tile`, EXIT.unproven);
}

function unreadable(cause: string, exit: Failure['exit']): Failure {
  return new Failure({ code: 'log-unreadable', exit, cause: `${cause}.` });
}
