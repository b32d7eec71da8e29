/** Whether a broker refused because of its access rules, wherever in the chain of causes it says so. */
export function isForbidden(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const type: unknown = 'type' in cause ? cause.type : undefined;
    if (typeof type === 'string' && type.endsWith('_AUTHORIZATION_FAILED')) return true;
  }
  return false;
}
