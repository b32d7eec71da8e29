import type { TextFile } from './tree.js';

const CODE = /\.(ts|js|cjs|mjs)$/;
const TEST = /\.(spec|e2e-spec)\.(ts|js)$/;
const MAX_LINES = 400;

const EMPTY_WORDS = new Set(['manager', 'helper', 'helpers', 'util', 'utils', 'info', 'infos', 'impl']);
// `Base` marks a type by its place in a hierarchy; a `baseUrl` or a number's base is another word.
const EMPTY_ENDINGS = new Set(['data']);
const EMPTY_TYPE_ENDINGS = new Set(['data', 'base']);
const DECLARATION =
  /^\s*(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(class|interface|type|enum|function|const|let)\s+([A-Za-z_$][\w$]*)/gm;

function wordsOf(name: string): string[] {
  const spaced = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/([A-Z])([A-Z][a-z])/g, '$1 $2');
  return spaced.split(/[\s_.-]+/).map((word) => word.toLowerCase());
}

function saysNothing(name: string, endings = EMPTY_ENDINGS): boolean {
  const words = wordsOf(name);
  const ending = words.length > 1 ? words.at(-1) : undefined;
  return words.some((word) => EMPTY_WORDS.has(word)) || endings.has(ending ?? '');
}

/** Names of files and declarations that could be given to anything, or that carry a mark instead of a meaning. */
export function emptyNames({ path, text }: TextFile): string[] {
  if (!CODE.test(path)) return [];
  const file = path.split('/').at(-1) ?? path;
  const complaints: string[] = [];
  if (saysNothing(file.replace(/\.[a-z-]+$/, ''))) complaints.push(`${path}: the file's name says nothing`);
  if (!/^\.?[a-z0-9]+([.-][a-z0-9]+)*$/.test(file)) complaints.push(`${path}: file names are kebab-case`);
  for (const [, kind, name = ''] of text.matchAll(DECLARATION)) {
    const endings = /class|interface|type/.test(kind ?? '') ? EMPTY_TYPE_ENDINGS : EMPTY_ENDINGS;
    if (saysNothing(name, endings)) complaints.push(`${path}: ${name} says nothing`);
    if (kind === 'interface' && /^I[A-Z][a-z]/.test(name)) complaints.push(`${path}: ${name} carries an I`);
  }
  return complaints;
}

/** Source files that hold more than one idea, by their length. */
export function longFiles({ path, text }: TextFile): string[] {
  const lines = text.split('\n').filter((line) => !/^\s*($|\/\/|\*|\/\*)/.test(line)).length;
  return CODE.test(path) && lines > MAX_LINES ? [`${path}: ${lines} lines`] : [];
}

const LEFT_UNDONE = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'].join('|')})\\b`);

/** Marks of work that was left for another day. */
export function unfinishedMarks({ path, text }: TextFile): string[] {
  return linesMatching(text, LEFT_UNDONE).map((line) => `${path}: ${line}`);
}

const HELD_BACK =
  /\b(?:it|test|describe)(?:\.each)?\.(?:only|skip|todo|failing|concurrent\.only)\b|^\s*(?:fit|xit|xtest|fdescribe|xdescribe)\(/;

/** Tests that do not run, or that keep others from running. */
export function heldBackTests({ path, text }: TextFile): string[] {
  return TEST.test(path) ? linesMatching(text, HELD_BACK).map((line) => `${path}: ${line}`) : [];
}

// A path at the start of a word: `/v1/root/checkpoint` is an address of ours.
const MACHINE = new RegExp(
  `(?<![\\w.}/-])/(${['work/', 'root/\\.', 'home/[a-z]+/', 'Users/[A-Za-z]+/'].join('|')})`,
);

/** Paths that exist on one machine only. */
export function machinePaths({ path, text }: TextFile): string[] {
  return linesMatching(text, MACHINE).map((line) => `${path}: ${line}`);
}

/** Package addresses in the lock file, which would bind an installation to one registry. */
export function lockedAddresses({ path, text }: TextFile): string[] {
  return path.endsWith('package-lock.json') ? linesMatching(text, /"resolved": "[a-z+]+:/) : [];
}

/** Commands of the documents, `npm test` and `npm run x`, that package.json does not have. */
export function unknownCommands({ path, text }: TextFile, scripts: ReadonlySet<string>): string[] {
  if (!path.endsWith('.md')) return [];
  const asked = [...text.matchAll(/\bnpm (?:run (?:--silent )?([\w:-]+)|(test|start)\b)/g)];
  const names = asked.map(([, script, short]) => script ?? short ?? '');
  return names.filter((name) => !scripts.has(name)).map((name) => `${path}: npm run ${name}`);
}

/** Links to files, and files named in backticks, that are not there. */
export function deadReferences({ path, text }: TextFile, exists: (path: string) => boolean): string[] {
  if (!path.endsWith('.md')) return [];
  const folder = path.split('/').slice(0, -1).join('/');
  const links = [...text.matchAll(/\]\((?![a-z]+:|#)([^)#\s]+)/g)].map(([, to = '']) => resolve(folder, to));
  const named = [...text.matchAll(/`((?:apps|libs|docs|policies|test|tools)\/[\w./-]+)`/g)].map(
    ([, to = '']) => to,
  );
  return [...links, ...named].filter((to) => !exists(to)).map((to) => `${path}: ${to}`);
}

function resolve(folder: string, to: string): string {
  const parts = to.startsWith('/') ? [] : folder.split('/').filter((part) => part !== '');
  for (const part of to.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

function linesMatching(text: string, pattern: RegExp): string[] {
  return text
    .split('\n')
    .flatMap((line, index) => (pattern.test(line) ? [`${index + 1}: ${line.trim()}`] : []));
}
