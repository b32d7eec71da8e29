import { ApiPropertyOptional } from '@nestjs/swagger';
import { ANY_JSON_BUT_NULL } from './disclosed-value.js';

export class DocumentResponse {
  /** SHA-256 of the bytes, lowercase hex: what events name the document by. */
  readonly digest!: string;
  /** What its first bytes show. */
  readonly mediaType!: string;
  readonly bytes!: number;
}

export class DisclosureKeptResponse {
  /** SHA-256 of the canonical JSON of [salt, field, value], lowercase hex: what stands in the event. */
  readonly digest!: string;
}

export class DisclosureResponse extends DisclosureKeptResponse {
  readonly facility!: string;
  readonly field!: string;
  /** Absent after erasure. */
  readonly salt?: string;
  @ApiPropertyOptional({ description: 'Absent after erasure.', oneOf: ANY_JSON_BUT_NULL })
  readonly value?: unknown;
  /** When it was erased; the log keeps the digest. */
  readonly erasedAt?: string;
}
