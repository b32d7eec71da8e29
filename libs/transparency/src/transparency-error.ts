/** Every way in which a caller or stored data can break this library's contracts. */
export type TransparencyErrorCode =
  | 'bad-frontier'
  | 'bad-hash'
  | 'bad-key'
  | 'bad-name'
  | 'bad-note'
  | 'bad-range'
  | 'bad-signature'
  | 'bad-tile'
  | 'bad-time'
  | 'entry-invalid'
  | 'entry-too-large'
  | 'jws-too-large'
  | 'not-canonical'
  | 'not-json'
  | 'receipt-invalid'
  | 'unsupported-key';

/**
 * Thrown for what only a defect in the caller or damage to stored data can cause.
 * Input from outside never causes one: parsers return problems instead.
 */
export class TransparencyError extends Error {
  override readonly name = 'TransparencyError';

  constructor(
    readonly code: TransparencyErrorCode,
    message: string,
  ) {
    super(message);
  }
}
