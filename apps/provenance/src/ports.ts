/** Name of the policy of a question that names none: `string`. */
export const DEFAULT_POLICY = Symbol('DEFAULT_POLICY');
/** The names of the network's logs: `Network`. */
export const NETWORK = Symbol('NETWORK');
