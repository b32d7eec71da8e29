import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { JournalLine } from './journal-lines.js';

type Timed<T> = T extends { readonly at: number } ? Omit<T, 'at'> : never;

/**
 * What clients did and were told, in the manner of Jepsen: written before an operation is sent, and before its answer
 * counts. Append-only, one JSON object to a line.
 */
export class Journal {
  private readonly descriptor: number;
  private operations = 0;

  constructor(readonly path: string) {
    this.descriptor = openSync(path, 'ax');
  }

  nextOperation(): number {
    this.operations += 1;
    return this.operations;
  }

  /** Returns when the operating system has the lines: the harness may be killed, then they are still there. */
  write(...lines: readonly Timed<JournalLine>[]): void {
    const at = Date.now();
    const text = lines.map((line) => `${JSON.stringify({ ...line, at })}\n`).join('');
    writeSync(this.descriptor, text);
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

/** The lines of a journal; a last one that was torn off is left out. */
export async function* journalLines(path: string): AsyncGenerator<JournalLine> {
  for await (const text of createInterface({ input: createReadStream(path) })) {
    if (text.endsWith('}')) yield JSON.parse(text) as JournalLine;
  }
}
