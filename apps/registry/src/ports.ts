/** Checks signatures: `SignatureChecker` of libs/transparency. */
export const SIGNATURES = Symbol('SIGNATURES');
/** The pool of the registry's database: `Queryable`. */
export const DATABASE = Symbol('DATABASE');
/** `LogSigner`, or null when checkpoints are signed without one. */
export const LOG_SIGNER = Symbol('LOG_SIGNER');
/** Text of the trust policy (C2SP tlog-policy) that readers of the root log are told. */
export const PUBLISHED_POLICY = Symbol('PUBLISHED_POLICY');
/** `CosignatureCollector`, or null when nobody witnesses the root log. */
export const WITNESSES = Symbol('WITNESSES');
