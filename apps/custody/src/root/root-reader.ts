import {
  fromBase64,
  leafHash,
  openCheckpoint,
  toHex,
  type Checkpoint,
  type SignatureChecker,
  type VerifierKey,
} from '@lodemark/transparency';
import { Inject, Injectable } from '@nestjs/common';
import type { CustodyConfig } from '../custody-config.js';
import { CONFIG, ROOT_LOG_KEY, SIGNATURES } from '../ports.js';

/** One entry of the root log as the registry serves it, its leaf hash computed here. */
export interface RootEntry {
  readonly index: number;
  readonly leaf: Uint8Array;
  readonly bytes: Uint8Array;
}

/** What the registry served is not what it signed, or not what is pinned: nothing of it is used. */
export class RootLogUntrusted extends Error {
  constructor(reason: string) {
    super(`the root log is not to be trusted: ${reason}`);
    this.name = 'RootLogUntrusted';
  }
}

const TIMEOUT_MS = 10_000;
const PAGE = 500;

/** Reads the root log from the registry over HTTP; believes only what the pinned key signed. */
@Injectable()
export class RootReader {
  constructor(
    @Inject(CONFIG) private readonly config: CustodyConfig,
    @Inject(ROOT_LOG_KEY) private readonly logKey: VerifierKey,
    @Inject(SIGNATURES) private readonly signatures: SignatureChecker,
  ) {}

  /** The published root checkpoint; undefined while there is none. */
  async checkpoint(): Promise<Checkpoint | undefined> {
    const response = await this.get('/v1/root/checkpoint');
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`the registry answered ${String(response.status)} for its checkpoint`);
    const opened = await openCheckpoint(await response.text(), [this.logKey], this.signatures);
    if (!opened.ok) throw new RootLogUntrusted(opened.problems.map(({ detail }) => detail).join(' '));
    return opened.value;
  }

  /** Entries from `from` up to `size`, a page at a time, in order without holes. */
  async *entries(from: number, size: number): AsyncGenerator<readonly RootEntry[]> {
    for (let next = from; next < size;) {
      const limit = Math.min(PAGE, size - next);
      const response = await this.get(`/v1/root/entries?from=${String(next)}&limit=${String(limit)}`);
      if (!response.ok) throw new Error(`the registry answered ${String(response.status)} for root entries`);
      const page = readPage(await response.json(), next).slice(0, limit);
      if (page.length === 0)
        throw new RootLogUntrusted(`entry ${String(next)} is missing below its signed size`);
      yield page;
      next += page.length;
    }
  }

  private get(path: string): Promise<Response> {
    return fetch(`${this.config.registryUrl}${path}`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  }
}

function readPage(body: unknown, from: number): RootEntry[] {
  if (typeof body !== 'object' || body === null || !('entries' in body) || !Array.isArray(body.entries)) {
    throw new RootLogUntrusted('its entries are no list');
  }
  return body.entries.map((entry: unknown, offset): RootEntry => {
    const index = from + offset;
    const text = typeof entry === 'object' && entry !== null && 'entry' in entry ? entry.entry : undefined;
    const bytes = typeof text === 'string' ? fromBase64(text) : undefined;
    if (bytes === undefined) throw new RootLogUntrusted(`entry ${String(index)} has no bytes`);
    return { index, leaf: leafHash(bytes), bytes };
  });
}

export function leafHex({ leaf }: RootEntry): string {
  return toHex(leaf);
}
