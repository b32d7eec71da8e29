import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MIGRATIONS = ['apps', 'libs']
  .flatMap((group) => readdirSync(ROOT + group).map((name) => join(group, name, 'src')))
  .flatMap((folder) =>
    readdirSync(ROOT + folder, { recursive: true }).map((name) => join(folder, String(name))),
  )
  .filter((path) => /\/migrations\/\d+-[^/]*\.ts$/.test(path))
  .sort();

/** What a process of the version before could trip over: it reads and writes tables as it knows them. */
const TAKES_AWAY =
  /\b(?:DROP\s+(?:TABLE|COLUMN|VIEW)|RENAME\b|ALTER\s+COLUMN\s+\S+\s+(?:SET\s+DATA\s+)?TYPE|SET\s+NOT\s+NULL|ADD\s+CONSTRAINT)/i;

/** A migration without its way back. */
const upward = (path: string): string => read(path).split(/\bdown\(/)[0] ?? '';
const read = (path: string): string => readFileSync(ROOT + path, 'utf8');
/** SHA-256 of each by its path, entered when a version is released; none is yet. */
const released = JSON.parse(read('test/tidy/released-migrations.json')) as Readonly<Record<string, string>>;

// docs/deploy.md says how tables change: what is new is added first, and what nobody uses any more goes a version later.
describe('migrations', () => {
  it('stay as they were released', () => {
    expect(MIGRATIONS.length).toBeGreaterThan(0);
    const hashes = Object.entries(released).map(([path]) => [
      path,
      createHash('sha256').update(read(path)).digest('hex'),
    ]);
    expect(Object.fromEntries(hashes)).toEqual(released);
  });

  it('take nothing from the version before, unless they are named for it', () => {
    const first = new Set(
      [...new Set(MIGRATIONS.map((path) => dirname(path)))].map((folder) =>
        MIGRATIONS.find((path) => dirname(path) === folder),
      ),
    );
    const taking = MIGRATIONS.filter((path) => !first.has(path) && TAKES_AWAY.test(upward(path)));
    expect(taking.filter((path) => !/^\d+-contract-/.test(basename(path)))).toEqual([]);
  });
});
