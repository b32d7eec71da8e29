/** The system's code of an error (`ENOENT`); empty when it has none. */
export function errorCode(cause: unknown): string {
  // Not `instanceof Error`: under Jest the system's errors belong to another realm.
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) return '';
  return typeof cause.code === 'string' ? cause.code : '';
}
