/** Checks signatures: `SignatureChecker` of libs/transparency. */
export const SIGNATURES = Symbol('SIGNATURES');
/** The pool of the registry's database: `Queryable`. */
export const DATABASE = Symbol('DATABASE');
/** `LogSigner`, or null when checkpoints are signed without one. */
export const LOG_SIGNER = Symbol('LOG_SIGNER');
/** `CosignatureCollector`, or null when nobody witnesses the root log. */
export const WITNESSES = Symbol('WITNESSES');
