import { isJsonObject } from './json-value.js';
import { toPointer, type Problem } from './problem.js';

/** What can be wrong with the shape of a document of ours. */
export type ShapeProblemCode = 'bad-value' | 'missing-member' | 'unknown-member';

type Path = readonly (string | number)[];

/** Whether a value has the shape of T; notes every reason why it has not. */
export type Shape<T> = (value: unknown, problems: Problem<ShapeProblemCode>[], path?: Path) => value is T;

/** A single value, judged by a predicate. */
export function valueThat<T>(holds: (value: unknown) => value is T, needed: string): Shape<T> {
  return (value, problems, path = []): value is T => {
    if (holds(value)) return true;
    problems.push({ code: 'bad-value', pointer: toPointer(path), detail: `Needed: ${needed}.` });
    return false;
  };
}

/** Exactly this string or number. */
export function exactly<const T extends string | number>(...allowed: readonly T[]): Shape<T> {
  const set: ReadonlySet<unknown> = new Set(allowed);
  return valueThat(
    (value): value is T => set.has(value),
    allowed.map((one) => JSON.stringify(one)).join(' or '),
  );
}

/** An object with these members and no others, none of them optional. */
export function objectOf<T extends object>(members: { readonly [K in keyof T]-?: Shape<T[K]> }): Shape<T> {
  const shapes = new Map<string, Shape<unknown>>(Object.entries<Shape<unknown>>(members));
  return (value, problems, path = []): value is T => {
    if (!isJsonObject(value)) return noteNeeded('an object', problems, path);
    const before = problems.length;
    for (const [name, shape] of shapes) {
      if (Object.hasOwn(value, name)) shape(value[name], problems, [...path, name]);
      else problems.push({ code: 'missing-member', pointer: toPointer([...path, name]), detail: 'Missing.' });
    }
    for (const name of Object.keys(value)) {
      if (shapes.has(name)) continue;
      problems.push({
        code: 'unknown-member',
        pointer: toPointer([...path, name]),
        detail: 'Not known here.',
      });
    }
    return problems.length === before;
  };
}

/** A list of at least one item. */
export function listOf<T>(item: Shape<T>): Shape<readonly T[]> {
  return (value, problems, path = []): value is readonly T[] => {
    if (!Array.isArray(value) || value.length === 0)
      return noteNeeded('a list of at least one item', problems, path);
    const before = problems.length;
    value.forEach((one: unknown, i) => item(one, problems, [...path, i]));
    return problems.length === before;
  };
}

/** An object of at least one member, whose names follow a pattern. */
export function mapOf<T>(name: Shape<string>, member: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return (value, problems, path = []): value is Readonly<Record<string, T>> => {
    if (!isJsonObject(value) || Object.keys(value).length === 0) {
      return noteNeeded('an object of at least one member', problems, path);
    }
    const before = problems.length;
    for (const [key, one] of Object.entries(value)) {
      name(key, problems, [...path, key]);
      member(one, problems, [...path, key]);
    }
    return problems.length === before;
  };
}

function noteNeeded(needed: string, problems: Problem<ShapeProblemCode>[], path: Path): false {
  problems.push({ code: 'bad-value', pointer: toPointer(path), detail: `Needed: ${needed}.` });
  return false;
}
