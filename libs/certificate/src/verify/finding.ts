/** Why a certificate cannot be taken as it stands. Codes are stable; a verifier reports every one that it finds. */
export const VERIFICATION_CODES = {
  // What makes it INVALID.
  'file-malformed': 'invalid',
  'trust-malformed': 'invalid',
  'checkpoint-malformed': 'invalid',
  'checkpoint-untrusted': 'invalid',
  'root-mismatch': 'invalid',
  'genesis-mismatch': 'invalid',
  'cosignature-time': 'invalid',
  'certificate-malformed': 'invalid',
  'certificate-signature': 'invalid',
  'certificate-issuer': 'invalid',
  'certificate-not-logged': 'invalid',
  'certificate-dates': 'invalid',
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
  'checkpoint-inconsistent': 'invalid',
  'heads-invalid': 'invalid',
  'heads-proof': 'invalid',
  'verdict-mismatch': 'invalid',
  'status-malformed': 'invalid',
  'status-signature': 'invalid',
  'status-mismatch': 'invalid',
  'status-range': 'invalid',
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
  'bracket-missing': 'missing',
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

export type Standing = 'VALID' | 'INVALID' | 'INDETERMINATE';

/** What is wrong outweighs what is missing. */
export function standingOf(findings: readonly VerificationFinding[]): Standing {
  if (findings.some(({ code }) => VERIFICATION_CODES[code] === 'invalid')) return 'INVALID';
  return findings.length > 0 ? 'INDETERMINATE' : 'VALID';
}
