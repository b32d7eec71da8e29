import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IdJournal } from './id-journal.js';

describe('IdJournal', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lodemark-journal-'));
    path = join(folder, 'ids');
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function ids(events: readonly { [name: string]: string }[]): Promise<string[]> {
    const journal = await IdJournal.open(path);
    const made = events.map((event) => journal.idFor(event));
    await journal.save();
    await journal.close();
    return made;
  }

  it('gives equal events ids of their own, and the same ones in the next run', async () => {
    const first = await ids([{ a: '1' }, { a: '1' }, { b: '2' }]);
    expect(new Set(first).size).toBe(3);
    expect(await ids([{ b: '2' }, { a: '1' }, { a: '1' }])).toEqual([first[2], first[0], first[1]]);
  });

  it('forgets a line that was cut off, and goes on behind the last whole one', async () => {
    const [first] = await ids([{ a: '1' }]);
    await appendFile(path, '{"digest":"ab');
    const again = await ids([{ a: '1' }, { c: '3' }]);
    expect(again[0]).toBe(first);
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { eventId: string }).eventId)).toEqual(again);
  });

  it('does not write into a file that is something else', async () => {
    await writeFile(path, 'my precious notes\n');
    await expect(IdJournal.open(path)).rejects.toMatchObject({ code: 'journal-unusable', exit: 4 });
    expect(await readFile(path, 'utf8')).toBe('my precious notes\n');
    await writeFile(path, 'one line, no line feed');
    await expect(IdJournal.open(path)).rejects.toMatchObject({ code: 'journal-unusable' });
    expect(await readFile(path, 'utf8')).toBe('one line, no line feed');
  });
});
