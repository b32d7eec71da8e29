import { ApiProperty } from '@nestjs/swagger';
import { IsDefined, Matches } from 'class-validator';

export class PutDocumentQuery {
  @ApiProperty({ description: 'The facility for which the document is kept.', example: 'kokbulak' })
  @Matches(/^[a-z0-9-]{1,63}$/, { message: 'a facility id is [a-z0-9-]{1,63}' })
  readonly facility!: string;
}

export class PutDisclosureRequest {
  @ApiProperty({ example: 'kokbulak' })
  @Matches(/^[a-z0-9-]{1,63}$/, { message: 'a facility id is [a-z0-9-]{1,63}' })
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
    description: 'The value itself: any JSON.',
    type: 'object',
    additionalProperties: true,
    example: 'Example Motors (invented)',
  })
  @IsDefined()
  readonly value!: unknown;
}

export class DisclosureQuery {
  @ApiProperty({ description: 'The facility for which the disclosure is kept.', example: 'kokbulak' })
  @Matches(/^[a-z0-9-]{1,63}$/, { message: 'a facility id is [a-z0-9-]{1,63}' })
  readonly facility!: string;
}
