import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Witness } from './witness.js';

export interface WitnessServer {
  readonly url: string;
  close(): Promise<void>;
}

export interface WitnessServerOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Told of every request that met trouble of the witness's own, such as a full disk. */
  readonly onTrouble: (error: unknown) => void;
}

/** More than any request that is read: 63 hashes and a note. */
const MAX_BODY_BYTES = 512 * 1024;
const REQUEST_MS = 15_000;
const LATEST = /^\/(?:[^?]*\/)?([0-9a-f]{64})\/checkpoint$/;

/** Serves a witness over HTTP, submission and monitoring under one prefix. */
export async function serveWitness(witness: Witness, options: WitnessServerOptions): Promise<WitnessServer> {
  const server = createServer(
    { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS },
    (request, response) => {
      handle(witness, request, response).catch((error: unknown) => {
        options.onTrouble(error);
        // Nothing was cosigned, or nobody was told: the log asks again.
        send(response, { status: 503, body: 'the witness is in trouble; ask again\n' });
      });
    },
  );
  await listen(server, options);
  const { address, port, family } = server.address() as AddressInfo;
  const host = family === 'IPv6' ? `[${address}]` : address;
  return { url: `http://${host}:${port}`, close: () => close(server) };
}

async function handle(witness: Witness, request: IncomingMessage, response: ServerResponse): Promise<void> {
  send(response, await answerTo(witness, request));
}

async function answerTo(witness: Witness, request: IncomingMessage): Promise<Sent> {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  if (path.endsWith('/add-checkpoint')) {
    if (request.method !== 'POST') return { status: 405, allow: 'POST', body: 'only POST\n' };
    const body = await readBody(request);
    return body === undefined
      ? { status: 413, body: 'the request is too large\n' }
      : witness.addCheckpoint(body);
  }
  const originHash = LATEST.exec(path)?.[1];
  if (originHash === undefined)
    return { status: 404, body: 'POST add-checkpoint, or GET <sha256 of an origin>/checkpoint\n' };
  // To HEAD the server sends the same without the body.
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return { status: 405, allow: 'GET, HEAD', body: 'only GET\n' };
  const note = await witness.latest(originHash);
  return note === undefined
    ? { status: 404, body: 'nothing was cosigned of such a log\n' }
    : { status: 200, body: note };
}

interface Sent {
  readonly status: number;
  readonly body: string;
  readonly mediaType?: string;
  readonly allow?: string;
}

function send(
  response: ServerResponse,
  { status, body, mediaType = 'text/plain; charset=utf-8', allow }: Sent,
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, {
    'Content-Type': mediaType,
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-cache',
    'X-Content-Type-Options': 'nosniff',
    ...(allow === undefined ? {} : { Allow: allow }),
    // What is left of a refused body is not read.
    ...(status === 413 ? { Connection: 'close' } : {}),
  });
  response.end(body);
}

/** Undefined when it is longer than any request. */
async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MAX_BODY_BYTES) return undefined;
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}

function listen(server: Server, { host, port }: WitnessServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeIdleConnections();
  });
}
