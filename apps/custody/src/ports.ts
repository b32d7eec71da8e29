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
/** Counts the events of each facility: `RateLimiter`. */
export const EVENT_RATE_LIMITER = Symbol('EVENT_RATE_LIMITER');
/** `CustodyMetrics`. */
export const CUSTODY_METRICS = Symbol('CUSTODY_METRICS');
/** `LogSigner`, or null when checkpoints are signed without one. */
export const LOG_SIGNER = Symbol('LOG_SIGNER');
