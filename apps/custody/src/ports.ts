/** `CustodyLimits` with defaults filled in. */
export const LIMITS = Symbol('LIMITS');
