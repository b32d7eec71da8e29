/** Checks signatures: `SignatureChecker` of libs/transparency. */
export const SIGNATURES = Symbol('SIGNATURES');
/** The pool of the registry's database: `Queryable`. */
export const DATABASE = Symbol('DATABASE');
