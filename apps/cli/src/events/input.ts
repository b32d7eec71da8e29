import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { errorCode } from '@lodemark/platform/light';
import { errorText } from '../errors.js';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import type { Surroundings } from '../surroundings.js';

export interface EventSource {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** What the name says; undefined: the content decides. */
  readonly layout?: 'lines';
}

const LINE_FILES = ['.ndjson', '.jsonl', '.jws'];

/** Opens a file, or standard input for `-`. @throws Failure when there is nothing to read */
export async function openSource(path: string, { stdin }: Surroundings): Promise<EventSource> {
  if (path === '-') return { chunks: stdin };
  const found = await stat(path).catch((error: unknown) => {
    throw notReadable(path, errorCode(error) === 'ENOENT' ? 'there is no such file' : errorText(error));
  });
  if (found.isDirectory()) throw notReadable(path, 'it is a folder');
  const chunks = readable(path);
  return LINE_FILES.includes(extname(path).toLowerCase()) ? { chunks, layout: 'lines' } : { chunks };
}

async function* readable(path: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path)) yield chunk as Uint8Array;
  } catch (error) {
    throw notReadable(path, errorText(error));
  }
}

function notReadable(path: string, why: string): Failure {
  return new Failure({ code: 'file-unreadable', exit: EXIT.usage, cause: `${path} cannot be read: ${why}.` });
}
