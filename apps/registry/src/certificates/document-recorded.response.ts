/** Where the root log names a document. */
export class DocumentRecordedResponse {
  /** SHA-256 of its bytes, lowercase hex. */
  readonly digest!: string;
  /** Of the root log. */
  readonly origin!: string;
  readonly index!: number;
  /** Leaf hash, lowercase hex. */
  readonly leaf!: string;
  /** The registry's time, UTC with milliseconds. */
  readonly recordedAt!: string;
}
