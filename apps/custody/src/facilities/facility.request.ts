import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean, Matches } from 'class-validator';

export class OpenFacilityRequest {
  @ApiProperty({ example: 'kokbulak' })
  @Matches(/^[a-z0-9-]{1,63}$/, { message: 'a facility id is [a-z0-9-]{1,63}' })
  readonly facility!: string;

  @ApiProperty({
    description: 'Whether this service is to hold a key that signs for the facility’s clerks.',
    example: true,
  })
  @IsBoolean()
  readonly custodialKey!: boolean;
}
