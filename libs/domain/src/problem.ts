/** One thing wrong with an input: a stable code, an RFC 6901 pointer to where, and a sentence that says why. */
export interface Problem {
  readonly code: string;
  readonly pointer: string;
  readonly detail: string;
}

export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly Problem[] };

/** The name of what a pointer points at. */
export function lastSegment(at: string): string {
  return at.slice(at.lastIndexOf('/') + 1);
}

/** RFC 6901: `~` and `/` inside a segment are escaped. */
export function pointer(path: readonly PropertyKey[]): string {
  return path.map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
