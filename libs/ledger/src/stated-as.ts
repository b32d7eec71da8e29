/** What the log has to know of an entry beside its bytes. */
export interface StatedAs {
  /** For `statement` entries: the id is unique in the log. */
  readonly statement?: { readonly statementId: string; readonly payloadDigest: string };
}
