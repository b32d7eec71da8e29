import type { Readable } from 'node:stream';
import { strippedMembers } from '../problems/lost-members.js';
import { ProblemError, type InputProblem } from '../problems/problem-error.js';
import { bodyTooLarge } from '../problems/standard-problems.js';
import { ANY_MEDIA_TYPE, RawBodyBytes, bytesRoute } from './bytes.js';
import type { FastifyServer, HttpRequest } from './request.js';

/** What reading a JSON text gives: its value, or everything that is wrong with it. */
export type JsonReading =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problems: readonly InputProblem[] };

export interface BodyOptions {
  /** Bytes of a body at most, unless its route has a limit of its own. */
  readonly bodyLimit: number;
  /** A strict reader: it must refuse duplicate names, `__proto__` and whatever is nested too deeply. */
  readonly readJson: (bytes: Uint8Array) => JsonReading;
}

/** Replaces Fastify's body parsers: every body is read as bytes, and JSON through the strict reader. */
export function installBodyReader(server: FastifyServer, options: BodyOptions): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', (request: HttpRequest, payload: Readable) =>
    request.is404 ? Promise.resolve(undefined) : readBody(request, payload, options),
  );
}

async function readBody(request: HttpRequest, payload: Readable, options: BodyOptions): Promise<unknown> {
  const route = bytesRoute(request);
  const mediaType = acceptedMediaType(request, route?.mediaTypes ?? ['application/json']);
  refuseEncoding(request);
  const bytes = await collect(request, payload, route?.limit ?? options.bodyLimit);
  return route === undefined ? parsed(bytes, options) : new RawBodyBytes(mediaType, bytes);
}

function acceptedMediaType({ headers }: HttpRequest, accepted: readonly string[]): string {
  const [mediaType = '', ...parameters] = (headers['content-type'] ?? '')
    .split(';')
    .map((part) => part.trim());
  const name = mediaType.toLowerCase();
  if (name === '' || !(accepted.includes(ANY_MEDIA_TYPE) || accepted.includes(name))) {
    const found = name === '' ? 'The body has no Content-Type' : `The body is ${JSON.stringify(name)}`;
    throw unsupported(`${found}; this operation takes ${accepted.join(', ')}.`, {
      Accept: accepted.join(', '),
    });
  }
  const charset = parameters
    .map((part) => /^charset="?([^"]*)"?$/i.exec(part)?.[1])
    .find((value) => value !== undefined);
  if (charset !== undefined && charset.toLowerCase() !== 'utf-8' && !accepted.includes(ANY_MEDIA_TYPE)) {
    throw unsupported('Text is taken in UTF-8 only.', {});
  }
  return name;
}

// A compressed body can be a thousand times as long as it looks; nothing here is long enough to need one.
function refuseEncoding({ headers }: HttpRequest): void {
  const encoding = headers['content-encoding'];
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return;
  throw unsupported('Compressed bodies are not taken.', { 'Accept-Encoding': 'identity' });
}

async function collect({ headers }: HttpRequest, payload: Readable, limit: number): Promise<Uint8Array> {
  if (Number(headers['content-length']) > limit) throw bodyTooLarge(limit);
  const chunks: Buffer[] = [];
  let length = 0;
  await new Promise<void>((resolve, reject) => {
    const broken = (cause?: Error) => settle(() => reject(incompleteBody(cause)));
    const onEnd = () => settle(resolve);
    const onChunk = (chunk: Buffer) => {
      length += chunk.length;
      if (length > limit) settle(() => reject(bodyTooLarge(limit)));
      else chunks.push(chunk);
    };
    // Paused and not destroyed: the answer still has to go out on the same connection. Errors are listened to for good.
    const settle = (outcome: () => void) => {
      payload.off('data', onChunk).off('end', onEnd).off('close', broken).pause();
      outcome();
    };
    payload.on('error', broken).on('close', broken).on('end', onEnd).on('data', onChunk);
  });
  return new Uint8Array(Buffer.concat(chunks, length));
}

function incompleteBody(cause: unknown): ProblemError {
  return new ProblemError({
    type: 'incomplete-body',
    status: 400,
    title: 'Incomplete body',
    detail: 'The connection ended before the body did.',
    cause,
  });
}

function parsed(bytes: Uint8Array, { readJson }: BodyOptions): unknown {
  const reading = readJson(bytes);
  const problems = reading.ok ? [...strippedMembers(reading.value)] : reading.problems;
  if (reading.ok && problems.length === 0) return reading.value;
  throw new ProblemError({
    type: 'malformed-json',
    status: 400,
    title: 'Malformed JSON',
    detail: 'The body is not JSON that can be taken as it stands.',
    errors: problems,
  });
}

function unsupported(detail: string, headers: Readonly<Record<string, string>>): ProblemError {
  return new ProblemError({
    type: 'unsupported-media-type',
    status: 415,
    title: 'Unsupported media type',
    detail,
    headers,
  });
}
