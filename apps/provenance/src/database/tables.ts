/** Schema of everything that the logs give: a rebuild makes it anew. */
export const READ_MODEL = 'provenance';
/** Schema of what provenance was asked; nothing else can give it back. */
export const PRECIOUS = 'asked';

export function schemaName(name: string): string {
  return `"${name}"`;
}

/** What the entries of a facility log are projected into, beside `entry` itself and the cursor in `log`. */
export const FACILITY_TABLES = [
  'event',
  'entry_lot',
  'edge',
  'lot_term',
  'dispatch',
  'dispatch_reference',
  'signature',
  'parked',
] as const;
/** What the entries of the root log are projected into. */
export const ROOT_TABLES = ['root_leaf', 'root_statement', 'signing_key', 'coverage', 'log_fault'] as const;

/** A bigint column as a number; indexes and sizes stay far below 2^53. */
export function toCount(value: string | number): number {
  const count = Number(value);
  if (!Number.isSafeInteger(count) || count < 0) throw new Error(`not a count: ${value}`);
  return count;
}
