/** The evidence horizon that an answer was given at: a root log size, its root hash and its time. */
export class HorizonResponse {
  readonly size!: number;
  /** Lowercase hex. */
  readonly rootHash!: string;
  /** When the last root entry of the horizon was recorded. */
  readonly at!: string;
}

/** Points at one entry of a facility log. */
export class EntryRefResponse {
  readonly facility!: string;
  readonly index!: number;
  /** Leaf hash, lowercase hex. */
  readonly leaf!: string;
}
