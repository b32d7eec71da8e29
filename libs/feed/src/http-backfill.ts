import { fromBase64, fromUtf8, readJson, type JsonValue } from '@lodemark/transparency';
import type { Backfill } from './backfill.js';
import type { FeedEntry } from './feed.js';

export interface HttpBackfillOptions {
  /** Where the service that keeps the log serves it, such as `https://custody.example/v1/logs/kokbulak`; undefined when nobody said. */
  readonly addressOf: (origin: string) => Promise<string | undefined>;
  /** Bearer token for that address; a token must be good for that service alone. */
  readonly token?: ((address: string) => Promise<string>) | undefined;
  /** Milliseconds for one answer, body included; default 10,000. */
  readonly timeoutMs?: number | undefined;
}

/** An answer that is no page of the log asked for; `status` 0 when there was no HTTP answer at all. */
export class BackfillError extends Error {
  constructor(
    readonly address: string,
    readonly status: number,
    detail: string,
  ) {
    super(`${address}: ${detail}`);
    this.name = 'BackfillError';
  }
}

// A page of entries is at most about 1,000 × 64 KiB in base64; a service that sends more is not answering our question.
const MAX_BODY = 96 * 1024 * 1024;
const DEFAULT_TIMEOUT_MS = 10_000;

/** Backfill from the HTTP API of custody (`/v1/logs/{facility}`) and of the registry (`/v1/root`). */
export class HttpBackfill implements Backfill {
  constructor(private readonly options: HttpBackfillOptions) {}

  async fetch(origin: string, from: number, limit: number): Promise<readonly FeedEntry[]> {
    const address = await this.options.addressOf(origin);
    if (address === undefined) return [];
    const url = `${address}/entries?from=${from}&limit=${limit}`;
    const answer = await this.get(url, 'application/json');
    if (answer === undefined) return [];
    const body = readJson(answer, { length: MAX_BODY, items: 1_000_000 });
    const entries = body.ok ? entriesOf(body.value, origin) : undefined;
    if (entries === undefined) throw new BackfillError(url, 200, 'not a page of log entries');
    return entries;
  }

  async checkpoint(origin: string): Promise<string | undefined> {
    const address = await this.options.addressOf(origin);
    if (address === undefined) return undefined;
    const url = `${address}/checkpoint`;
    const answer = await this.get(url, 'text/plain');
    if (answer === undefined) return undefined;
    const note = fromUtf8(answer);
    if (note === undefined) throw new BackfillError(url, 200, 'not a signed note');
    return note;
  }

  /** The body of a 200; undefined for a 404. */
  private async get(url: string, accept: string): Promise<Uint8Array | undefined> {
    const { token, timeoutMs = DEFAULT_TIMEOUT_MS } = this.options;
    const authorization = token === undefined ? {} : { authorization: `Bearer ${await token(url)}` };
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      // A redirect would carry the token, and the trust, to an address that the root log did not name.
      const response = await fetch(url, {
        headers: { accept, ...authorization },
        redirect: 'error',
        signal,
      });
      if (response.status === 404) return undefined;
      if (!response.ok) throw new BackfillError(url, response.status, `answered ${response.status}`);
      return await bodyOf(response, url);
    } catch (error) {
      if (error instanceof BackfillError) throw error;
      throw new BackfillError(url, 0, reasonOf(error));
    }
  }
}

/** fetch says only that it failed; why is in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

async function bodyOf(response: Response, url: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    const bytes = chunk as Uint8Array;
    size += bytes.length;
    if (size > MAX_BODY) throw new BackfillError(url, response.status, `sends more than ${MAX_BODY} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function entriesOf(body: JsonValue, origin: string): readonly FeedEntry[] | undefined {
  const entries = member(body, 'entries');
  if (member(body, 'origin') !== origin || !Array.isArray(entries)) return undefined;
  const read = (entries as readonly JsonValue[]).map((entry) => entryOf(entry, origin));
  return read.includes(undefined) ? undefined : read.filter((entry) => entry !== undefined);
}

function entryOf(value: JsonValue, origin: string): FeedEntry | undefined {
  const index = member(value, 'index');
  const leafHash = member(value, 'leaf');
  const encoded = member(value, 'entry');
  if (typeof index !== 'number' || !Number.isSafeInteger(index) || index < 0) return undefined;
  if (typeof leafHash !== 'string' || typeof encoded !== 'string') return undefined;
  const bytes = fromBase64(encoded);
  return bytes === undefined ? undefined : { origin, index, leafHash, bytes };
}

function member(value: JsonValue, name: string): JsonValue | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? (value as Readonly<Record<string, JsonValue>>)[name] : undefined;
}
