/**
 * One thing that is wrong with an input.
 * `pointer` is an RFC 6901 JSON pointer into the input (`''` is the whole of it); `code` is stable.
 */
export interface Problem<Code extends string = string> {
  readonly code: Code;
  readonly pointer: string;
  readonly detail: string;
}

/** What a parser gives back: the value, or every problem that it could find. It never throws on bad input. */
export type Parsed<T, Code extends string = string> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem<Code>[] };

/** A parse that succeeded. */
export function parsed<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/** A parse that failed for one reason; the pointer is that of the whole input unless given. */
export function failed<Code extends string>(
  code: Code,
  detail: string,
  pointer = '',
): { readonly ok: false; readonly problems: readonly [Problem<Code>] } {
  return { ok: false, problems: [{ code, pointer, detail }] };
}

/** RFC 6901 section 4: `~` and `/` inside a reference token are escaped. */
export function toPointer(path: readonly (string | number)[]): string {
  let pointer = '';
  for (const token of path) {
    pointer += '/' + String(token).replaceAll('~', '~0').replaceAll('/', '~1');
  }
  return pointer;
}
