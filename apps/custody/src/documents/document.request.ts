import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsDefined, IsOptional, Matches } from 'class-validator';
import { EXAMPLES } from '../examples.js';
import { AsReceived } from '../http/as-received.js';
import { ANY_JSON_BUT_NULL } from './disclosed-value.js';

const FACILITY = /^[a-z0-9-]{1,63}$/;
const NO_FACILITY = { message: 'a facility id is [a-z0-9-]{1,63}' };
const LOT = /^[a-z0-9-]{1,63}\/[A-Za-z0-9._-]{1,64}$/;
const NO_LOT = { message: 'a lot id is <facility>/<number>' };

export class PutDocumentQuery {
  @ApiProperty({ description: 'The facility for which the document is kept.', example: EXAMPLES.facility })
  @Matches(FACILITY, NO_FACILITY)
  readonly facility!: string;
}

export class DocumentQuery {
  @ApiPropertyOptional({
    description:
      'The lot on whose account the caller asks: an event of it names the document. For auditors of single lots, and for the facility to which the event was said.',
    example: EXAMPLES.lot,
  })
  @IsOptional()
  @Matches(LOT, NO_LOT)
  readonly lot?: string;
}

export class PutDisclosureRequest {
  @ApiProperty({ example: EXAMPLES.facility })
  @Matches(FACILITY, NO_FACILITY)
  readonly facility!: string;

  @ApiProperty({ description: 'Name of the member of `private` in the event.', example: 'customer' })
  @Matches(/^[a-zA-Z][a-zA-Z0-9]{0,63}$/, { message: 'a field name is letters and digits' })
  readonly field!: string;

  @ApiProperty({
    description: 'At least 16 random bytes, base64url without padding.',
    example: 'J2Yv0q6kL1bTn8c5RwXe4g',
  })
  @Matches(/^[A-Za-z0-9_-]{22,86}$/, { message: 'at least 16 bytes in base64url' })
  readonly salt!: string;

  @ApiProperty({
    description: 'The value itself: any JSON but null, at most 65,536 bytes in canonical form.',
    oneOf: ANY_JSON_BUT_NULL,
    example: 'Example Motors (invented)',
  })
  @IsDefined()
  @AsReceived()
  readonly value!: unknown;
}

export class DisclosureQuery {
  @ApiProperty({ description: 'The facility for which the disclosure is kept.', example: EXAMPLES.facility })
  @Matches(FACILITY, NO_FACILITY)
  readonly facility!: string;
}

export class GetDisclosureQuery extends DisclosureQuery {
  @ApiPropertyOptional({
    description: 'The lot on whose account an auditor of single lots asks: an event of it names the digest.',
    example: EXAMPLES.lot,
  })
  @IsOptional()
  @Matches(LOT, NO_LOT)
  readonly lot?: string;
}
