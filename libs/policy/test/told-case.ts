/** A small case with the answer that it is to have. */
export interface ToldCase {
  readonly name: string;
  readonly found: () => unknown;
  readonly expected: unknown;
}
