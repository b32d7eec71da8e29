import { DatabaseError } from 'pg';

/** The connection broke between sending COMMIT and its answer: the transaction may or may not have happened. */
export class CommitUnknown extends Error {
  override readonly name = 'CommitUnknown';

  constructor(cause: unknown) {
    super(`The connection was lost while committing: ${reasonOf(cause)}`, { cause });
  }
}

/** The connection could not be had, or broke before COMMIT was sent: nothing happened. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';

  constructor(cause: unknown) {
    super(`The database connection was lost: ${reasonOf(cause)}`, { cause });
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/**
 * SQLSTATEs that say nothing about the statement: connection (08), login (28), resources (53), shutdown and start-up
 * (57P0x), serialization and deadlock (40), lock and statement time limits, a transaction cut off by a time limit or
 * already failed, and a server that is read-only because another one has taken over.
 */
const STATES = /^(08...|28...|53...|57P0.|40001|40003|40P01|55P03|57014|25P0[234]|25006)$/;

/** What Node says of a socket, of the way to a machine, and of its name. */
const SOCKETS: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT'],
  ...['EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN', 'ENOTFOUND', 'EAI_AGAIN'],
]);

/** What pg says when `query_timeout` has passed; the connection is then stuck in the middle of an answer. */
export const CLIENT_TIMEOUT = 'Query read timeout';

/** pg's own errors have no code, only these beginnings. */
const WORDS = [
  'Connection terminated',
  'Client has encountered a connection error',
  'timeout exceeded when trying to connect',
  'timeout expired',
  CLIENT_TIMEOUT,
  'Cannot use a pool after calling end',
];

/**
 * Whether an error says that the database is away, overloaded or handing over, and not that it refuses what it was
 * asked: the same may succeed a little later. What the whole network counts as such is here and nowhere else.
 */
export function isDatabaseTrouble(error: unknown): boolean {
  if (error instanceof CommitUnknown || error instanceof ConnectionLost) return true;
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (error instanceof DatabaseError) return STATES.test(code);
  return code === '' ? WORDS.some((words) => error.message.startsWith(words)) : SOCKETS.has(code);
}
