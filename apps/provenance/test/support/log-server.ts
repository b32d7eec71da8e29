import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LedgerReader, StoredEntry } from '@lodemark/ledger';
import { sha256Hex, toBase64, toUtf8 } from '@lodemark/transparency';
import type { TestCustody } from './test-custody.js';
import type { TestRegistry } from './test-registry.js';

/** Answers over HTTP what the registry and custody would: entries, checkpoints, policy documents, log faults. */
export class LogServer {
  readonly faults: unknown[] = [];
  readonly tokens: (string | undefined)[] = [];
  /** Logs that give nothing. */
  readonly withheld = new Set<string>();
  /** Certificates and status lists that were handed in, by their digests: with where the root log names them. */
  readonly documents = new Map<string, { readonly text: string; readonly index: number }>();
  /** Whether documents that are handed in find nobody. */
  isDown = false;
  private readonly copies = new Map<string, readonly StoredEntry[]>();

  private constructor(
    private readonly server: Server,
    private readonly registry: TestRegistry,
    private readonly custody: TestCustody,
  ) {}

  static async start(registry: TestRegistry, custody: TestCustody): Promise<LogServer> {
    const server = createServer();
    const logs = new LogServer(server, registry, custody);
    server.on('request', (request, response) => {
      logs.answer(request, response).catch((error: unknown) => {
        response.writeHead(500).end(String(error));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return logs;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.tokens.push(request.headers.authorization);
    const url = new URL(request.url ?? '/', this.url);
    const parts = url.pathname.split('/').filter((part) => part !== '');
    if (request.method === 'POST' && url.pathname === '/v1/log-faults') {
      this.faults.push(JSON.parse(await bodyOf(request)));
      json(response, 201, {});
      return;
    }
    if (request.method === 'POST') return this.record(parts[1] ?? '', await bodyOf(request), response);
    if (parts[1] === 'policies') {
      this.policy(parts[2] ?? '', response);
      return;
    }
    const root = parts[1] === 'root';
    const origin = root ? this.registry.network.rootOrigin : this.custody.originOf(parts[2] ?? '');
    const reader = root ? this.registry.reader : this.custody.reader;
    if (this.withheld.has(origin)) {
      json(response, 503, {});
      return;
    }
    if (parts.at(-1) === 'checkpoint') return checkpoint(reader, origin, response);
    const [from, limit] = [Number(url.searchParams.get('from')), Number(url.searchParams.get('limit'))];
    const copy = this.copies.get(origin);
    const entries =
      copy === undefined ? await reader.entries(origin, from, limit) : copy.slice(from, from + limit);
    json(response, 200, {
      origin,
      size: (await reader.head(origin)).size,
      entries: entries.map(({ index, leaf, data }) => ({ index, leaf, entry: toBase64(data) })),
    });
  }

  private async record(collection: string, text: string, response: ServerResponse): Promise<void> {
    if (this.isDown) {
      json(response, 503, {});
      return;
    }
    const digest = sha256Hex(toUtf8(text));
    const kind = collection === 'certificates' ? 'certificate' : 'status';
    const known = this.documents.get(digest);
    const [entry] = known === undefined ? await this.registry.append({ kind, digest }) : [known];
    this.documents.set(digest, { text, index: entry.index });
    json(response, 201, { digest, index: entry.index });
  }

  /** From now on serves the log as it is now, whatever becomes of its table. */
  async keepCopy(origin: string): Promise<void> {
    const reader = origin === this.registry.network.rootOrigin ? this.registry.reader : this.custody.reader;
    this.copies.set(origin, await reader.entries(origin, 0, 1_000));
  }

  private policy(digest: string, response: ServerResponse): void {
    const bytes = this.registry.policies.get(digest);
    if (bytes === undefined) json(response, 404, {});
    else response.writeHead(200, { 'content-type': 'application/json' }).end(bytes);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

async function checkpoint(reader: LedgerReader, origin: string, response: ServerResponse): Promise<void> {
  const published = await reader.publishedCheckpoint(origin);
  if (published === undefined) json(response, 404, {});
  else response.writeHead(200, { 'content-type': 'text/plain' }).end(published.note);
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
