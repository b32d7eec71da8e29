import { TextDecoder } from 'node:util';
import { MAX_RECORD_CHARS, type InputRecord, type Splitter } from './input-record.js';
import { LineSplitter } from './line-splitter.js';
import { ValueSplitter } from './value-splitter.js';

/**
 * The records of a file in order: lines (JSON or compact JWS), an array, or JSON values one after the other.
 * Needs memory for one record, however long the file is.
 */
export async function* readRecords(
  chunks: AsyncIterable<Uint8Array>,
  layout?: 'lines',
): AsyncGenerator<InputRecord> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let splitter: Splitter | undefined = layout === 'lines' ? new LineSplitter() : undefined;
  let head = '';
  let lines = 1;
  for await (const chunk of chunks) {
    const text = decoded(decoder, chunk);
    if (text === undefined) {
      yield { line: lines, text: '', fault: NOT_UTF8 };
      return;
    }
    lines += text.split('\n').length - 1;
    if (splitter !== undefined) {
      yield* splitter.push(text);
      continue;
    }
    head += text;
    if (!tellsLayout(head)) continue;
    splitter = splitterFor(head);
    yield* splitter.push(head);
  }
  const tail = decoded(decoder);
  if (tail === undefined) {
    yield { line: lines, text: '', fault: NOT_UTF8 };
    return;
  }
  if (splitter === undefined) {
    splitter = splitterFor(head);
    yield* splitter.push(head);
  }
  yield* splitter.push(tail);
  yield* splitter.end();
}

const NOT_UTF8 = {
  code: 'not-utf8',
  detail: 'the file is not UTF-8 from about here on; nothing behind it was read',
};

function decoded(decoder: TextDecoder, chunk?: Uint8Array): string | undefined {
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
  } catch {
    return undefined;
  }
}

/** Whether the first line with something in it is whole, or too long to wait for. */
function tellsLayout(head: string): boolean {
  if (head.length > MAX_RECORD_CHARS) return true;
  const begin = head.search(/\S/);
  return begin >= 0 && head.includes('\n', begin);
}

// A first line that is a value by itself, or no JSON at all, is a line of many; anything else goes on below.
function splitterFor(head: string): Splitter {
  const first = /\S[^\n]*/.exec(head)?.[0].trimEnd() ?? '';
  if (!/^[[{]/.test(first)) return new LineSplitter();
  return first.startsWith('{') && isJson(first) ? new LineSplitter() : new ValueSplitter();
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
