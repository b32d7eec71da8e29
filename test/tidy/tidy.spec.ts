import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as rules from './rules.js';
import { readTree, type TextFile } from './tree.js';

const tree = readTree();
const read = (path: string): string => tree.find((file) => file.path === path)?.text ?? '';
const manifest = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
const scripts = new Set(Object.keys(manifest.scripts));
const onDisk = (path: string): boolean => existsSync(new URL(`../../${path}`, import.meta.url));
const references = (file: TextFile): string[] => rules.deadReferences(file, onDisk);
const commands = (file: TextFile): string[] => rules.unknownCommands(file, scripts);

describe('the repository', () => {
  it('was read', () => {
    expect(tree.length).toBeGreaterThan(50);
    expect(tree.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['.ci/run', 'README.md', 'package-lock.json']),
    );
  });

  it.each([
    ['gives everything a name that says what it is', rules.emptyNames],
    ['has no file over 400 lines of code', rules.longFiles],
    ['has nothing left for later', rules.unfinishedMarks],
    ['has no test that is held back', rules.heldBackTests],
    ['names no path of one machine', rules.machinePaths],
    ['locks versions, not addresses', rules.lockedAddresses],
    ['tells only commands that exist', commands],
    ['points only at files that exist', references],
  ])('%s', (_what, rule) => {
    expect(tree.flatMap((file) => rule(file))).toEqual([]);
  });

  it('tells a newcomer the two commands on the first screen', () => {
    const firstScreen = read('README.md').split('\n').slice(0, 40).join('\n');
    expect(firstScreen).toContain('npm ci && npm run demo');
    expect(firstScreen).toContain('npm ci && npm test');
  });
});

describe('the decision records', () => {
  const records = tree.filter(({ path }) => /^docs\/decisions\/\d/.test(path));

  it('are numbered from 1 without a gap, in the name and in the title', () => {
    expect(records.length).toBeGreaterThan(0);
    records.forEach(({ path, text }, index) => {
      const number = index + 1;
      expect(path).toMatch(new RegExp(`^docs/decisions/${String(number).padStart(4, '0')}-[a-z0-9-]+\\.md$`));
      expect(text).toMatch(new RegExp(`^# ${number}\\. \\S`));
    });
  });

  it('are listed, each under its title', () => {
    const list = read('docs/decisions/README.md');
    for (const { path, text } of records) {
      const title = text.split('\n', 1).join('').replace('# ', '');
      expect(list).toContain(`[${title}](${path.replace('docs/decisions/', '')})`);
    }
  });
});

describe('the tidy rules', () => {
  const source = (text: string): TextFile => ({ path: 'libs/domain/src/lot.spec.ts', text });
  const page = (text: string): TextFile => ({ path: 'docs/page.md', text });

  it.each([
    'class LotManager {}',
    'const massUtil = 1;',
    'interface ILot {}',
    'type LotData = 1;',
    'class LotBase {}',
  ])('see the empty name in %s', (text) => {
    expect(rules.emptyNames(source(text))).toHaveLength(1);
  });

  it.each([
    'class DataSource {}',
    'const database = 1;',
    'interface Information {}',
    'type Item = 1;',
    'const TYPE_BASE = 1;',
  ])('let %s be', (text) => {
    expect(rules.emptyNames(source(text))).toEqual([]);
  });

  it.each(['libs/ledger/src/lot-utils.ts', 'libs/ledger/src/LotState.ts'])('see the file name %s', (path) => {
    expect(rules.emptyNames({ path, text: '' })).toHaveLength(1);
  });

  it('see a long file, counting code alone', () => {
    expect(rules.longFiles(source('a();\n'.repeat(401)))).toHaveLength(1);
    expect(rules.longFiles(source('a();\n// why\n\n'.repeat(400)))).toEqual([]);
  });

  it('see marks of unfinished work', () => {
    expect(rules.unfinishedMarks(source(`// ${'TO' + 'DO'}: later`))).toHaveLength(1);
  });

  it.each(['only', 'skip', 'todo'])('see a test held back by %s', (word) => {
    expect(rules.heldBackTests(source(`it.${word}('x', f);`))).toHaveLength(1);
    expect(rules.heldBackTests(source(`describe.${word}('x', f);`))).toHaveLength(1);
  });

  it('tell a path of one machine from an address of ours', () => {
    const [work, home] = ['work', 'home'].map((folder) => `/${folder}/someone/x`);
    expect(rules.machinePaths(page(`see ${work} and`))).toHaveLength(1);
    expect(rules.machinePaths(page(`see ${home} and`))).toHaveLength(1);
    expect(rules.machinePaths(page('GET /v1/root/checkpoint'))).toEqual([]);
  });

  it('see an address in the lock file', () => {
    const path = 'package-lock.json';
    expect(rules.lockedAddresses({ path, text: '"resolved": "https://example.org/a.tgz"' })).toHaveLength(1);
    expect(rules.lockedAddresses({ path, text: '"resolved": "libs/domain"' })).toEqual([]);
  });

  it('see a command that is not there', () => {
    expect(rules.unknownCommands(page('npm run fly && npm test'), new Set(['test']))).toEqual([
      'docs/page.md: npm run fly',
    ]);
  });

  it('see a link and a named file that lead nowhere', () => {
    const text = '[a](../README.md#top) [b](gone.md) [c](https://example.org/) `libs/nowhere/src/x.ts`';
    expect(rules.deadReferences(page(text), (path) => path === 'README.md')).toEqual([
      'docs/page.md: docs/gone.md',
      'docs/page.md: libs/nowhere/src/x.ts',
    ]);
  });
});
