export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

type Parent = Json[] | Record<string, Json>;

/** What stands at a dotted path; undefined when nothing does. */
export function at(what: Json, path: string): Json | undefined {
  return namesOf(path).reduce<Json | undefined>(
    (within, name) => (within instanceof Object ? (within as Record<string, Json>)[name] : undefined),
    what,
  );
}

/** The same, with another value at the path. */
export function withValue(what: Json, path: string, value: Json): Json {
  return changedAt(what, path, (parent, name) => {
    (parent as Record<string, Json>)[name] = value;
  });
}

/** The same, with nothing at the path: a member left out, or an item of a list. */
export function without(what: Json, path: string): Json {
  return changedAt(what, path, (parent, name) => {
    if (Array.isArray(parent)) parent.splice(Number(name), 1);
    else Reflect.deleteProperty(parent, name);
  });
}

const namesOf = (path: string) => (path === '' ? [] : path.split('.'));

/** Copies what leads to the path and keeps the rest, so that only what is another is another object. */
function changedAt(what: Json, path: string, change: (parent: Parent, name: string) => void): Json {
  const [name = '', ...rest] = namesOf(path);
  const copy: Parent = Array.isArray(what) ? [...(what as Json[])] : { ...(what as Record<string, Json>) };
  if (rest.length === 0) change(copy, name);
  else {
    const members = copy as Record<string, Json>;
    members[name] = changedAt(members[name] ?? {}, rest.join('.'), change);
  }
  return copy;
}
