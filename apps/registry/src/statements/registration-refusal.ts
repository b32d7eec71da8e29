/** Every "no" of the registry. Closed: the table in refusal-problem.ts maps each code and does not compile without it. */
export const REFUSAL_CODES = [
  // statements
  'statement-malformed',
  'statement-contradicts',
  'statement-too-large',
  'stated-in-future',
  'signature-invalid',
  'signer-unknown',
  'signer-not-entitled',
  'interval-empty',
  'listed-twice',
  // organizations and facilities
  'organization-exists',
  'organization-unknown',
  'holder-unknown',
  'holder-is-itself',
  'holders-exceed-whole',
  'facility-exists',
  'facility-unknown',
  'checkpoint-unknown',
  // keys
  'key-refused',
  'key-exists',
  'key-unknown',
  'key-revoked',
  'key-replaced',
  'key-over',
  'kid-mismatch',
  'alg-mismatch',
  'purpose-not-for-owner',
  'log-key-not-ed25519',
  'rotation-changes-owner',
  'overlap-over',
  'possession-not-proved',
  // policies
  'policy-published',
  'policy-not-approved',
  'policy-document-unknown',
  'policy-id-mismatch',
  'policy-not-canonical',
  // certificates
  'certificate-malformed',
  // checkpoints and faults
  'checkpoint-malformed',
  'checkpoint-of-unknown-log',
  'checkpoint-not-signed',
  'checkpoint-empty',
  'checkpoint-smaller',
  'consistency-not-proved',
  'log-forked',
  'log-ended',
  'evidence-not-of-log',
  'evidence-too-thin',
  'from-index-beyond-log',
  // recovery
  'entry-misplaced',
  'log-moved',
  // reads
  'not-found',
  'not-covered-yet',
  'out-of-range',
] as const;

export type RefusalCode = (typeof REFUSAL_CODES)[number];

export type FactValue = string | number | boolean | null | readonly string[];

/** One fault: where it is (RFC 6901 pointer), what is wrong, and the facts that show it. */
export interface Fault {
  readonly code: RefusalCode;
  readonly pointer: string;
  readonly detail: string;
  readonly facts?: Readonly<Record<string, FactValue>>;
}

/** A fault of the input's form, with the parser's own code. */
export interface InputFault {
  readonly code: string;
  readonly pointer: string;
  readonly detail: string;
}

/** The registry's "no". Nothing was recorded. */
export class RegistrationRefusal extends Error {
  readonly code: RefusalCode;
  readonly facts: Readonly<Record<string, FactValue>>;
  readonly errors: readonly InputFault[];

  constructor(refused: {
    code: RefusalCode;
    detail: string;
    facts?: Readonly<Record<string, FactValue>>;
    errors?: readonly InputFault[];
  }) {
    super(refused.detail);
    this.name = 'RegistrationRefusal';
    this.code = refused.code;
    this.facts = refused.facts ?? {};
    this.errors = refused.errors ?? [];
  }

  /** One refusal for all faults, if there are any: it goes by the first one's code and names every one. */
  static throwIf(faults: readonly Fault[]): void {
    const [first] = faults;
    if (first === undefined) return;
    throw new RegistrationRefusal({
      code: first.code,
      detail: first.detail,
      facts: Object.assign({}, ...faults.map(({ facts }) => facts ?? {}).reverse()) as Fault['facts'] &
        object,
      errors: faults.map(({ code, pointer, detail }) => ({ code, pointer, detail })),
    });
  }
}
