import { randomUUID } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { canonicalBytes, sha256Hex, type JsonObject } from '@lodemark/transparency';
import { errorText } from '../errors.js';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { textMember } from '../network/json.js';

/**
 * The ids that were made for events without one, in a file: the same event gets the same id again, so that a run that
 * was interrupted can be repeated. The n-th of several equal events is another event than the first.
 */
export class IdJournal {
  private readonly seen = new Map<string, number>();
  private pending = '';

  private constructor(
    private readonly file: FileHandle,
    private readonly known: Map<string, string>,
  ) {}

  /** Opens the journal, or begins one. @throws Failure when the file is something else */
  static async open(path: string): Promise<IdJournal> {
    const file = await open(path, 'a+', 0o600).catch((error: unknown) => {
      throw unusable(path, errorText(error));
    });
    try {
      const text = await file.readFile('utf8');
      const known = new Map<string, string>();
      const lines = text.split('\n');
      // A line that was cut off belongs to no batch that was sent: its id is made anew.
      const torn = lines.pop() ?? '';
      for (const line of lines) readLine(line, known, path);
      // Of another file nothing is cut off.
      if (!LINE_START.startsWith(torn.slice(0, LINE_START.length))) throw unusable(path, NO_JOURNAL);
      if (torn !== '') await file.truncate(Buffer.byteLength(text) - Buffer.byteLength(torn));
      return new IdJournal(file, known);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** The id of an event without one. To be kept by `save` before the event is sent. */
  idFor(event: JsonObject): string {
    const digest = sha256Hex(canonicalBytes(event));
    const nth = (this.seen.get(digest) ?? 0) + 1;
    this.seen.set(digest, nth);
    const name = `${digest} ${nth}`;
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const eventId = randomUUID();
    this.known.set(name, eventId);
    this.pending += `${JSON.stringify({ digest, nth, eventId })}\n`;
    return eventId;
  }

  /** Returns when the ids made so far are on the disk. */
  async save(): Promise<void> {
    const text = this.pending;
    if (text === '') return;
    this.pending = '';
    await this.file.appendFile(text);
    await this.file.sync();
  }

  close(): Promise<void> {
    return this.file.close();
  }
}

const LINE_START = '{"digest":"';
const NO_JOURNAL = 'it is not a journal of ids';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function readLine(line: string, known: Map<string, string>, path: string): void {
  const entry = parsed(line);
  const digest = textMember(entry, 'digest');
  const eventId = textMember(entry, 'eventId');
  const nth = typeof entry === 'object' && entry !== null && 'nth' in entry ? entry.nth : undefined;
  if (digest === undefined || eventId === undefined || !UUID.test(eventId) || !Number.isSafeInteger(nth))
    throw unusable(path, NO_JOURNAL);
  known.set(`${digest} ${String(nth)}`, eventId);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function unusable(path: string, why: string): Failure {
  return new Failure({
    code: 'journal-unusable',
    exit: EXIT.usage,
    cause: `The journal ${path} cannot be used: ${why}.`,
    next: 'Name the file that --assign-ids wrote for this input, or a new one.',
  });
}
