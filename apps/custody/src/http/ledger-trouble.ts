import { isDatabaseTrouble, LedgerBusy, LedgerError, LedgerUnavailable } from '@lodemark/ledger';
import { ProblemError, unavailable } from '@lodemark/platform';
import { TransparencyError } from '@lodemark/transparency';

const RETRY_AFTER_MS = 1_000;

/** What to answer; an error that nobody expects stays as it is and becomes an internal one. */
export function asProblem(error: unknown): unknown {
  if (error instanceof TransparencyError && TOO_LARGE.has(error.code)) return tooLarge();
  if (error instanceof LedgerError) return error.passes ? passing(error) : error;
  if (isDatabaseTrouble(error)) return unavailable(RETRY_AFTER_MS, AWAY, error);
  return error;
}

const TOO_LARGE: ReadonlySet<string> = new Set(['jws-too-large', 'entry-too-large']);

/** 413: the event does not fit into an entry of a log. */
export function tooLarge(facts: Readonly<Record<string, unknown>> = {}): ProblemError {
  return new ProblemError({
    type: 'event-too-large',
    status: 413,
    title: 'The event does not fit into an entry of the log',
    detail: 'An entry has at most 65,535 bytes; long lists go in by digest, as documents.',
    facts,
  });
}

const AWAY = 'The database cannot be reached at present. Nothing acknowledged is lost; send the same again.';

function passing(error: LedgerError): ProblemError {
  const wait = error instanceof LedgerBusy ? error.retryAfter : RETRY_AFTER_MS;
  const unknown = error instanceof LedgerUnavailable && error.outcome === 'unknown';
  const detail = unknown
    ? 'Whether the event is recorded is not known; post the same again and it is recorded once.'
    : 'Nothing was recorded; post the same again.';
  return unavailable(wait, detail, error);
}
