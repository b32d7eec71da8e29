/** A member of an error, whichever realm the error comes from. */
function textOf(error: unknown, name: string): string | undefined {
  const found: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
  return typeof found === 'string' && found !== '' ? found : undefined;
}

export function errorText(error: unknown): string {
  return textOf(error, 'message') ?? String(error);
}

/** Why a request came to no answer. */
export function requestTrouble(error: unknown): string {
  if (textOf(error, 'name') === 'TimeoutError') return 'no answer in time';
  const cause: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, 'cause') : undefined;
  // Of several addresses tried, Node names none in the message.
  return textOf(cause, 'message') ?? textOf(cause, 'code') ?? errorText(error);
}
