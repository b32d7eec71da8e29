/** A root log entry `logFault`. */
export class LogFaultResponse {
  readonly facility!: string;
  readonly kind!: string;
  /** First index that does not count any more. */
  readonly fromIndex!: number;
  /** Of the root log. */
  readonly origin!: string;
  readonly index!: number;
  /** Leaf hash, lowercase hex. */
  readonly leaf!: string;
  readonly recordedAt!: string;
}
