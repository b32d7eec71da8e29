import {
  fromBase64,
  fromHex,
  leafHash,
  openCheckpoint,
  type Checkpoint,
  type SignatureChecker,
  type VerifierKey,
} from '@lodemark/transparency';
import { Inject, Injectable } from '@nestjs/common';
import { ROOT_LOG_KEY, SIGNATURES } from '../ports.js';
import { RegistryHttp } from '../registry/registry-http.js';

/** One entry of the root log as the registry serves it, its leaf hash computed here. */
export interface RootEntry {
  readonly index: number;
  readonly leaf: Uint8Array;
  readonly bytes: Uint8Array;
}

/** What the registry served is not what it signed, or not what is pinned: nothing of it is used. */
export class RootLogUntrusted extends Error {
  override readonly name = 'RootLogUntrusted';

  constructor(readonly reason: string) {
    super(`The root log is not to be trusted: ${reason}.`);
  }
}

const PAGE = 500;

/** Reads the root log from the registry over HTTP; what it gives is as the registry says, proved by nothing yet. */
@Injectable()
export class RootReader {
  constructor(
    private readonly registry: RegistryHttp,
    @Inject(ROOT_LOG_KEY) private readonly logKey: VerifierKey,
    @Inject(SIGNATURES) private readonly signatures: SignatureChecker,
  ) {}

  /** The published root checkpoint, signed by the pinned key; undefined while there is none. @throws RootLogUntrusted */
  async checkpoint(): Promise<Checkpoint | undefined> {
    const response = await this.registry.get('/v1/root/checkpoint');
    if (response.status === 404) return undefined;
    const note = await (await good(response, 'checkpoint')).text();
    const opened = await openCheckpoint(note, [this.logKey], this.signatures);
    if (opened.ok) return opened.value;
    throw new RootLogUntrusted(
      `its checkpoint does not hold (${opened.problems.map(({ code }) => code).join(', ')})`,
    );
  }

  /** Entries from `from` on, in order without holes, at least one and none from `size` on. @throws RootLogUntrusted */
  async entries(from: number, size: number): Promise<readonly RootEntry[]> {
    const limit = Math.min(PAGE, size - from);
    const response = await this.registry.get(`/v1/root/entries?from=${from}&limit=${limit}`);
    const page = readEntries(await jsonOf(response, 'entries'), from).slice(0, limit);
    if (page.length === 0) throw new RootLogUntrusted(`entry ${from} is missing below its signed size`);
    return page;
  }

  /** RFC 6962 consistency proof between two sizes. @throws RootLogUntrusted */
  async consistencyProof(from: number, to: number): Promise<readonly Uint8Array[]> {
    const response = await this.registry.get(`/v1/root/proofs/consistency?from=${from}&to=${to}`);
    const body = await jsonOf(response, 'consistency proof');
    const hashes = listIn(body, 'proof')?.map((hash) =>
      typeof hash === 'string' ? fromHex(hash) : undefined,
    );
    if (hashes?.every((hash) => hash !== undefined) === true) return hashes;
    throw new RootLogUntrusted('its consistency proof is no list of hashes');
  }
}

async function good(response: Response, what: string): Promise<Response> {
  if (response.ok) return response;
  await response.body?.cancel();
  throw new Error(`The registry answered ${response.status} for its ${what}.`);
}

async function jsonOf(response: Response, what: string): Promise<unknown> {
  const text = await (await good(response, what)).text();
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`The registry's ${what} came as no JSON.`);
  }
}

function readEntries(body: unknown, from: number): RootEntry[] {
  const entries = listIn(body, 'entries');
  if (entries === undefined) throw new RootLogUntrusted('its entries are no list');
  return entries.map((entry, offset) => {
    const index = from + offset;
    const text = typeof entry === 'object' && entry !== null && 'entry' in entry ? entry.entry : undefined;
    const bytes = typeof text === 'string' ? fromBase64(text) : undefined;
    if (bytes === undefined) throw new RootLogUntrusted(`entry ${index} has no bytes`);
    return { index, leaf: leafHash(bytes), bytes };
  });
}

function listIn(body: unknown, name: string): readonly unknown[] | undefined {
  const list: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
  return Array.isArray(list) ? (list as readonly unknown[]) : undefined;
}
