/** A value that is a text. @throws Error for any other */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Error(`no text: ${JSON.stringify(value)}`);
}
