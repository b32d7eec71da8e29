/** Why provenance does not answer a question. A closed list: each has a row in `as-problem.ts`. */
export type ReadRefusalCode =
  | 'as-of-before-genesis'
  | 'as-of-in-future'
  | 'lot-unknown'
  | 'facility-unknown'
  | 'organization-unknown'
  | 'verdict-unknown'
  | 'verdicts-of-different-lots'
  | 'verdict-not-repeated'
  | 'judging-broke-off'
  | 'policy-unknown'
  | 'policy-document-unknown'
  | 'policy-not-at-hand'
  | 'policy-unreadable'
  | 'document-unknown'
  | 'not-of-this-facility'
  | 'rebuild-unknown'
  | 'simulation-unknown'
  | 'too-many-simulations'
  | 'certificate-unknown'
  | 'certificate-not-covered'
  | 'status-list-unknown'
  | 'bundle-not-yours'
  | 'not-a-pass'
  | 'verdict-overtaken'
  | 'not-an-issuer'
  | 'webhook-unknown'
  | 'webhooks-not-taken'
  | 'webhook-address-refused'
  | 'too-many-webhooks'
  | 'form-not-available';

/** A "no" to a question, with the facts it rests on. */
export class ReadRefusal extends Error {
  readonly code: ReadRefusalCode;
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(parts: {
    readonly code: ReadRefusalCode;
    readonly detail: string;
    readonly facts?: Readonly<Record<string, unknown>>;
  }) {
    super(parts.detail);
    this.name = 'ReadRefusal';
    this.code = parts.code;
    this.facts = parts.facts ?? {};
  }
}
