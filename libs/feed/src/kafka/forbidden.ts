/** Whether a broker refused because of its access rules, wherever among the causes it says so. */
export function isForbidden(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const type: unknown = 'type' in error ? error.type : undefined;
  if (typeof type === 'string' && type.endsWith('_AUTHORIZATION_FAILED')) return true;
  // Of several topics at once kafkajs tells in a list.
  const parts: unknown = 'errors' in error ? error.errors : [];
  return isForbidden(error.cause) || (Array.isArray(parts) && parts.some(isForbidden));
}
