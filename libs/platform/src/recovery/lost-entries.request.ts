import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, Matches } from 'class-validator';
import { WholeNumber } from '../http/whole-number.js';

const MOST_ENTRIES = 4_096;
/** No tree of fewer than 2^63 entries needs more. */
const MOST_HASHES = 63;

/** Bytes in standard base64. */
export const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** Entries that a log lost, as whoever has them still gives them back. */
export class LostEntriesRequest {
  @ApiProperty({
    type: Number,
    description: 'Index of the first of the entries: the size that the log has here.',
    example: 0,
  })
  @WholeNumber()
  readonly from!: number;

  @ApiProperty({
    type: [String],
    example: [],
    maxItems: MOST_ENTRIES,
    description:
      'Bytes of the entries, in standard base64, in order. Those behind the signed tree come in one request with its last.',
  })
  @IsArray()
  @ArrayMaxSize(MOST_ENTRIES)
  @Matches(BASE64, { each: true })
  readonly entries!: string[];

  @ApiProperty({
    type: [String],
    example: [],
    maxItems: MOST_HASHES,
    description:
      'RFC 6962 consistency proof in lowercase hex, from the tree that they make to the signed one.',
  })
  @IsArray()
  @ArrayMaxSize(MOST_HASHES)
  @Matches(/^[0-9a-f]{64}$/, { each: true })
  readonly proof!: string[];
}
