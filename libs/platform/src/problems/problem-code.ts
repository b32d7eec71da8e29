/** The stable code in a problem that a service answered: the last part of its type URI; undefined for other answers. */
export function problemCode(answered: unknown): string | undefined {
  const type: unknown =
    typeof answered === 'object' && answered !== null ? Reflect.get(answered, 'type') : undefined;
  return typeof type === 'string' ? type.split('/').at(-1) : undefined;
}
