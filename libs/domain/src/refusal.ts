/**
 * Every "no" that a facility can hear about its own lots. Closed: the HTTP edge maps each code to a status in a
 * table that does not compile when one is missing.
 */
export const REFUSAL_CODES = [
  'lot-exists',
  'lot-unknown',
  'lot-not-held',
  'lot-in-transit',
  'lot-already-held',
  'foreign-lot-number',
  'mass-exceeds-held',
  'split-not-conserved',
  'merge-not-conserved',
  'repack-not-conserved',
  'split-first',
  'package-unknown',
  'package-not-held',
  'package-outcome-recorded',
  'dispatch-unknown',
  'dispatch-not-ours',
  'dispatch-left',
  'dispatch-ended',
  'own-dispatch',
  'target-unknown',
  'target-mismatch',
  'target-not-correctable',
  'event-in-future',
] as const;

export type RefusalCode = (typeof REFUSAL_CODES)[number];

export type Facts = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** A domain "no": a code from the closed list, the facts as fields, and what would be right in `cure`. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  /** RFC 6901 pointer to the field of the payload that the refusal is about; empty when it is the whole event. */
  readonly pointer: string;
  readonly facts: Facts;
  readonly cure: string;

  constructor(refused: {
    code: RefusalCode;
    pointer?: string;
    message: string;
    facts?: Facts;
    cure: string;
  }) {
    super(refused.message);
    this.name = 'Refusal';
    this.code = refused.code;
    this.pointer = refused.pointer ?? '';
    this.facts = refused.facts ?? {};
    this.cure = refused.cure;
  }
}
