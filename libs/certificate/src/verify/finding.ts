/** Why a certificate cannot be taken as it stands. Codes are stable; a verifier reports every one that it finds. */
export const VERIFICATION_CODES = {
  // What makes it INVALID.
  'file-malformed': 'invalid',
  'trust-malformed': 'invalid',
  'checkpoint-malformed': 'invalid',
  'checkpoint-untrusted': 'invalid',
  'root-mismatch': 'invalid',
  'root-order': 'invalid',
  'genesis-mismatch': 'invalid',
  'cosignature-time': 'invalid',
  'certificate-malformed': 'invalid',
  'certificate-signature': 'invalid',
  'certificate-issuer': 'invalid',
  'certificate-not-logged': 'invalid',
  'certificate-dates': 'invalid',
  'certificate-claims': 'invalid',
  'horizon-mismatch': 'invalid',
  'policy-mismatch': 'invalid',
  'policy-unpublished': 'invalid',
  'policy-unreadable': 'invalid',
  'log-unknown': 'invalid',
  'log-size-mismatch': 'invalid',
  'entry-malformed': 'invalid',
  'entry-not-included': 'invalid',
  'entry-repeated': 'invalid',
  'entry-omitted': 'invalid',
  'entry-sequence': 'invalid',
  'entry-order': 'invalid',
  superfluous: 'invalid',
  'checkpoint-inconsistent': 'invalid',
  'heads-proof': 'invalid',
  'verdict-mismatch': 'invalid',
  'status-malformed': 'invalid',
  'status-signature': 'invalid',
  'status-mismatch': 'invalid',
  'status-range': 'invalid',
  'status-dates': 'invalid',
  revoked: 'invalid',
  suspended: 'invalid',
  // What leaves it INDETERMINATE: something is missing.
  'evidence-missing': 'missing',
  'quorum-missing': 'missing',
  'heads-missing': 'missing',
  'heads-proof-missing': 'missing',
  'log-missing': 'missing',
  'consistency-missing': 'missing',
  'status-missing': 'missing',
  'status-old': 'missing',
  'certificate-expired': 'missing',
  'policy-not-accepted': 'missing',
  'rule-unknown': 'missing',
  'key-suspect': 'missing',
  overtaken: 'missing',
} as const;

export type VerificationCode = keyof typeof VERIFICATION_CODES;

/** One thing that is wrong or missing, and where: an RFC 6901 pointer into the bundle, or a place in a log. */
export interface VerificationFinding {
  readonly code: VerificationCode;
  readonly where: string;
  readonly detail: string;
}

export function finding(code: VerificationCode, where: string, detail: string): VerificationFinding {
  return { code, where, detail };
}

/** Clocks of services and witnesses may differ from one another by this. */
export const SKEW_MS = 300_000;

/** Where a verifier says what it finds. */
export type Report = (one: VerificationFinding) => void;

export type Standing = 'VALID' | 'INVALID' | 'INDETERMINATE';

/** What is wrong outweighs what is missing. */
export function standingOf(findings: readonly VerificationFinding[]): Standing {
  if (findings.some(({ code }) => VERIFICATION_CODES[code] === 'invalid')) return 'INVALID';
  return findings.length > 0 ? 'INDETERMINATE' : 'VALID';
}
