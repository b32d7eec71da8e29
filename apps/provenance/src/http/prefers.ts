/** Whether an `Accept` header names this type, and before JSON if it names that too. */
export function prefers(type: string, accept: string | undefined): boolean {
  if (accept === undefined) return false;
  const wanted = accept.indexOf(type);
  const json = accept.indexOf('application/json');
  return wanted !== -1 && (json === -1 || wanted < json);
}
