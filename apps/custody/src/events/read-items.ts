import { ProblemError, type Caller, type InputProblem, type RawBodyBytes } from '@lodemark/platform';
import { fromUtf8, readJson } from '@lodemark/transparency';
import type { CustodyLimits } from '../custody-config.js';
import { inputProblem } from './read-event.js';

/** One thing that was posted: a JWS as it came, a JSON value for the service to sign, or what could not be read. */
export type Item =
  | { readonly kind: 'jws'; readonly text: string }
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'unreadable'; readonly problem: ProblemError };

export interface Items {
  /** One event alone is answered alone. */
  readonly single: boolean;
  readonly items: readonly Item[];
}

export interface Poster {
  readonly caller: Caller | undefined;
  readonly requestId: string;
}

/** The items of a body of `POST /v1/events`, by its media type. A line that cannot be read harms no other. */
export function readItems(body: RawBodyBytes, limits: CustodyLimits): Items {
  switch (body.mediaType) {
    case 'application/jose':
      return { single: true, items: [jose(body.bytes)] };
    case 'application/x-ndjson':
      return { single: false, items: lines(body.bytes, limits) };
    default:
      return json(body.bytes, limits);
  }
}

function jose(bytes: Uint8Array): Item {
  const text = fromUtf8(bytes);
  return text === undefined
    ? unreadable([{ code: 'not-utf8', pointer: '', detail: 'the body is not UTF-8' }])
    : { kind: 'jws', text: text.trim() };
}

function unreadable(problems: readonly InputProblem[]): Item {
  return {
    kind: 'unreadable',
    problem: inputProblem('malformed-json', 'This is not JSON that can be taken', problems),
  };
}

function json(bytes: Uint8Array, limits: CustodyLimits): Items {
  // An array of events is one level deeper than an event.
  const read = readJson(bytes, { depth: limits.depth + 1, length: limits.bodyBytes });
  if (!read.ok) return { single: true, items: [unreadable(read.problems)] };
  if (!Array.isArray(read.value)) return { single: true, items: [{ kind: 'json', value: read.value }] };
  within(read.value.length, limits);
  return { single: false, items: read.value.map((value: unknown) => ({ kind: 'json', value })) };
}

function lines(bytes: Uint8Array, limits: CustodyLimits): Item[] {
  const text = fromUtf8(bytes);
  if (text === undefined)
    return [unreadable([{ code: 'not-utf8', pointer: '', detail: 'the body is not UTF-8' }])];
  const filled = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  within(filled.length, limits);
  return filled.map((line): Item => {
    const trimmed = line.trim();
    // A compact JWS never begins with a brace, an event always does.
    if (!trimmed.startsWith('{')) return { kind: 'jws', text: trimmed };
    const read = readJson(trimmed, { depth: limits.depth });
    return read.ok ? { kind: 'json', value: read.value } : unreadable(read.problems);
  });
}

function within(count: number, limits: CustodyLimits): void {
  if (count === 0)
    throw inputProblem('malformed-json', 'The batch holds no event', [
      { code: 'empty', pointer: '', detail: 'no event in the body' },
    ]);
  if (count <= limits.batchItems) return;
  throw new ProblemError({
    type: 'batch-too-large',
    status: 413,
    title: 'The batch holds more events than this service takes at once',
    detail: `${String(count)} events, at most ${String(limits.batchItems)}`,
    facts: { limit: limits.batchItems },
  });
}
