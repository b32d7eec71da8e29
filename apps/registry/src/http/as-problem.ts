import { isDatabaseTrouble, LedgerBusy, LedgerError, LedgerUnavailable } from '@lodemark/ledger';
import { ProblemError, unavailable } from '@lodemark/platform';
import { TransparencyError } from '@lodemark/transparency';
import { problemOf } from '../statements/refusal-problem.js';
import { RegistrationRefusal } from '../statements/registration-refusal.js';

/** What to answer; an error that nobody expects stays as it is and becomes an internal one. */
export function asProblem(error: unknown): unknown {
  if (error instanceof RegistrationRefusal) return problemOf(error);
  if (error instanceof LedgerError) return ledgerProblem(error);
  if (error instanceof TransparencyError && error.code === 'entry-too-large') return ENTRY_TOO_LARGE;
  // The answer may have been lost after the commit.
  if (isDatabaseTrouble(error)) return away(error, 'unknown');
  return error;
}

const ENTRY_TOO_LARGE = new ProblemError({
  type: 'statement-too-large',
  status: 413,
  title: 'The statement does not fit into an entry',
  detail: 'An entry of the root log has at most 65,535 bytes.',
});

function ledgerProblem(error: LedgerError): unknown {
  if (error.code === 'out-of-range') {
    return problemOf(new RegistrationRefusal({ code: 'out-of-range', detail: error.message }));
  }
  if (!error.passes) return error;
  const recorded = error instanceof LedgerUnavailable ? error.outcome : 'not-recorded';
  return away(error, recorded, error instanceof LedgerBusy ? error.retryAfter : RETRY_AFTER_MS);
}

const RETRY_AFTER_MS = 1_000;

function away(
  cause: unknown,
  outcome: LedgerUnavailable['outcome'],
  retryAfterMs = RETRY_AFTER_MS,
): ProblemError {
  const detail =
    outcome === 'unknown'
      ? 'Whether it was recorded is not known; send the same again: it is recorded once.'
      : 'Nothing was recorded; try again.';
  return unavailable(retryAfterMs, detail, cause);
}
