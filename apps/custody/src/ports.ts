/** `CustodyConfig`. */
export const CONFIG = Symbol('CONFIG');
/** `CustodyLimits` with defaults filled in. */
export const LIMITS = Symbol('LIMITS');
/** The pool of custody's database. */
export const DATABASE = Symbol('DATABASE');
/** Checks signatures: `SignatureChecker` of libs/transparency. */
export const SIGNATURES = Symbol('SIGNATURES');
/** The pinned verifier key of the root log. */
export const ROOT_LOG_KEY = Symbol('ROOT_LOG_KEY');
