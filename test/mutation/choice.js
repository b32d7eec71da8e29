import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** In an order that has nothing to do with theirs, and is the same every time. */
export const shuffled = (names, salt = '') =>
  names
    .map((name) => [createHash('sha256').update(`${salt} ${name}`).digest('hex'), name])
    .sort()
    .map(([, name]) => name);

/** What noticed mutants of a file, the latest first. */
export class Killers {
  byFile = new Map();

  of(file) {
    return this.byFile.get(file) ?? [];
  }

  note(file, name) {
    this.byFile.set(file, [name, ...this.of(file).filter((one) => one !== name)]);
  }
}

export function takingTurns(lists) {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list.slice(at, at + 1))).flat();
}

/** The checks that a file works out, or those of the rules that it is imported by. */
export function checksOf(file) {
  const own = [...readFileSync(file, 'utf8').matchAll(CHECK)];
  const rules = new URL('../../libs/policy/src/rules/', import.meta.url);
  const sources = readdirSync(rules).map((name) => readFileSync(new URL(name, rules), 'utf8'));
  const importing = sources.filter((source) => source.includes(`/${basename(file, '.ts')}.js'`));
  const found = own.length > 0 ? own : importing.flatMap((source) => [...source.matchAll(CHECK)]);
  return found.map(([, number]) => `C${number}`);
}

const CHECK = /export (?:const|function) c(\d\d)\b/g;
