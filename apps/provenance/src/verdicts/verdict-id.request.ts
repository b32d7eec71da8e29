import { Matches } from 'class-validator';

/** A verdict in the path, or its bytes. */
export class VerdictIdRequest {
  @Matches(/^[0-9a-f]{64}(\.bytes)?$/, {
    message: 'the SHA-256 of a verdict in lowercase hex, with .bytes for its canonical bytes',
  })
  readonly id!: string;
}
