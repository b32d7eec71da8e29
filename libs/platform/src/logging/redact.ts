/** What stands where a secret stood. */
const REDACTED = '[redacted]';

const MAX_DEPTH = 8;
const MAX_ITEMS = 100;
const MAX_TEXT = 8192;

// Compared without case and separators. `d` is the private part of a JWK, `salt` and `value` open a disclosure.
const SECRET_NAMES: ReadonlySet<string> = new Set([
  'authorization',
  'bearer',
  'body',
  'clientsecret',
  'connectionstring',
  'cookie',
  'credentials',
  'd',
  'disclosure',
  'disclosures',
  'jws',
  'kek',
  'parameters',
  'passphrase',
  'password',
  'passwords',
  'payload',
  'private',
  'privatejwk',
  'privatekey',
  'proxyauthorization',
  'salt',
  'secret',
  'setcookie',
  'token',
  'tokens',
  'accesstoken',
  'refreshtoken',
  'idtoken',
  'value',
  'xapikey',
]);

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  // JWTs and other compact JWS, whole: a custody event's payload is in there.
  [/\bey[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*/g, REDACTED],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]+/gi, `$1 ${REDACTED}`],
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s@/]+@/gi, `$1:${REDACTED}@`],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, REDACTED],
  [/("d"\s*:\s*")[^"]*"/g, `$1${REDACTED}"`],
];

// Every pattern needs one of these; most texts of a log have none, and there are some in every line.
const SUSPECT = /\bey|[\s"]|:\/\/|-----/i;

/** A text without the tokens, passwords and keys that can be told by their form, cut to a length a log can bear. */
function redactText(text: string): string {
  if (text.length <= MAX_TEXT && !SUSPECT.test(text)) return text;
  const cut = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}… (${text.length} characters)` : text;
  return PATTERNS.reduce(
    (redacted, [pattern, replacement]) => redacted.replaceAll(pattern, replacement),
    cut,
  );
}

/**
 * A copy of what is to be logged, without what stands under a secret's name and without what looks like a secret.
 * Bounded in depth and width, safe for cycles, and blind to getters' side effects: a log line must never fail.
 */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  if (isError(value)) return describeError(value, depth);
  if (depth >= MAX_DEPTH) return '[deeper]';
  if (Array.isArray(value)) return redactItems(value, depth);
  return redactMembers(value, depth);
}

function redactItems(items: readonly unknown[], depth: number): unknown[] {
  const shown = items.slice(0, MAX_ITEMS).map((item) => redact(item, depth + 1));
  return items.length > MAX_ITEMS ? [...shown, `[${items.length - MAX_ITEMS} more]`] : shown;
}

function redactMembers(value: object, depth: number): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  for (const name of Object.keys(value).slice(0, MAX_ITEMS)) {
    members[name] = isSecretName(name) ? REDACTED : redact(member(value, name), depth + 1);
  }
  return members;
}

const KNOWN_NAMES = new Map<string, boolean>();
const MAX_KNOWN_NAMES = 1_000;

function isSecretName(name: string): boolean {
  const known = KNOWN_NAMES.get(name);
  if (known !== undefined) return known;
  const isSecret = SECRET_NAMES.has(name.toLowerCase().replaceAll(/[^a-z0-9]/g, ''));
  if (KNOWN_NAMES.size < MAX_KNOWN_NAMES) KNOWN_NAMES.set(name, isSecret);
  return isSecret;
}

function member(value: object, name: string): unknown {
  try {
    return (value as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}

function isError(value: object): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
}

// Only these members: a database error carries the query's parameters, a connection error its whole socket.
function describeError(error: Error, depth: number): Record<string, unknown> {
  const [message, code, stack, cause] = ['message', 'code', 'stack', 'cause'].map((name) =>
    member(error, name),
  );
  return {
    type: error.name,
    message: typeof message === 'string' ? redactText(message) : '',
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(typeof stack === 'string' ? { stack: redactText(stack) } : {}),
    ...(cause === undefined || depth >= MAX_DEPTH ? {} : { cause: redact(cause, depth + 1) }),
  };
}
