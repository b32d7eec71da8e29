/** A small case with the answer that it is to have; told as a list so that mutants are tried against the same. */
export interface ToldCase {
  readonly name: string;
  readonly found: () => unknown;
  readonly expected: unknown;
}
