import { bodyTooLarge, ProblemError, type InputProblem, type RawBodyBytes } from '@lodemark/platform';
import { fromUtf8, readJson } from '@lodemark/transparency';
import type { CustodyLimits } from '../custody-config.js';
import { inputProblem } from './read-event.js';

/** One thing that was posted: a JWS as it came, a JSON value for the service to sign, or what could not be read. */
export type Item =
  | { readonly kind: 'jws'; readonly text: string }
  /** Of a text that is read only when its turn comes: a long batch must not stop everybody else. */
  | { readonly kind: 'json'; readonly read: () => unknown }
  | { readonly kind: 'unreadable'; readonly problem: ProblemError };

export interface Items {
  /** One event alone is answered alone. */
  readonly single: boolean;
  readonly items: readonly Item[];
}

/**
 * The items of a body of `POST /v1/events`, by its media type. A line that cannot be read harms no other.
 * @throws ProblemError 413 beyond the limits, 400 for a batch without events
 */
export function readItems({ mediaType, bytes }: RawBodyBytes, limits: CustodyLimits): Items {
  if (bytes.length > limits.bodyBytes) throw bodyTooLarge(limits.bodyBytes);
  switch (mediaType) {
    case 'application/jose':
      return { single: true, items: [jose(bytes)] };
    case 'application/x-ndjson':
      return { single: false, items: lines(bytes, limits) };
    default:
      return json(bytes, limits);
  }
}

function jose(bytes: Uint8Array): Item {
  const text = fromUtf8(bytes);
  // A file often ends in a line feed; nothing else may stand around a JWS.
  return text === undefined ? unreadable([NOT_UTF8]) : { kind: 'jws', text: text.replace(/\r?\n$/, '') };
}

const NOT_UTF8 = { code: 'not-utf8', pointer: '', detail: 'the body is not UTF-8' };

function unreadable(problems: readonly InputProblem[]): Item {
  return { kind: 'unreadable', problem: malformed(problems) };
}

function malformed(problems: readonly InputProblem[]): ProblemError {
  return inputProblem('malformed-json', 'This is not JSON that can be taken', problems);
}

function json(bytes: Uint8Array, limits: CustodyLimits): Items {
  // An array of events is one level deeper than an event.
  const read = readJson(bytes, { depth: limits.depth + 1, length: limits.bodyBytes });
  if (!read.ok) return { single: true, items: [unreadable(read.problems)] };
  const { value } = read;
  if (!Array.isArray(value)) return { single: true, items: [{ kind: 'json', read: () => value }] };
  const values: readonly unknown[] = value;
  within(values.length, limits);
  return { single: false, items: values.map((one) => ({ kind: 'json', read: () => one })) };
}

/** Two dots with base64url around them: what is meant to be a compact JWS, though it may not be one. */
const LIKE_JWS = /^[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\./;

function lines(bytes: Uint8Array, limits: CustodyLimits): Item[] {
  const text = fromUtf8(bytes);
  if (text === undefined) return [unreadable([NOT_UTF8])];
  const filled = text
    .split('\n')
    .map((line) => line.replaceAll(/^[ \t]+|[ \t\r]+$/g, ''))
    .filter((line) => line !== '');
  within(filled.length, limits);
  return filled.map((line): Item =>
    LIKE_JWS.test(line)
      ? { kind: 'jws', text: line }
      : { kind: 'json', read: () => valueOf(line, limits.depth) },
  );
}

function valueOf(text: string, depth: number): unknown {
  const read = readJson(text, { depth });
  if (read.ok) return read.value;
  throw malformed(read.problems);
}

function within(count: number, limits: CustodyLimits): void {
  if (count === 0) throw malformed([{ code: 'empty', pointer: '', detail: 'there is no event in the body' }]);
  if (count <= limits.batchItems) return;
  throw new ProblemError({
    type: 'batch-too-large',
    status: 413,
    title: 'The batch holds more events than this service takes at once',
    detail: `${count} events, at most ${limits.batchItems}: post them in several batches.`,
    facts: { limit: limits.batchItems },
  });
}
