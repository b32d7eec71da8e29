import { Optional, WholeNumber } from '@lodemark/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsString, IsUUID, Matches, Max, MaxLength, Min } from 'class-validator';

/** Somebody wants to be told. */
export class WebhookRequest {
  @ApiProperty({
    example: 'https://hooks.prime.example/lodemark',
    description: 'Where to POST to, over TLS.',
  })
  @IsString()
  @MaxLength(2_000)
  @Matches(/^https?:\/\/[\x21-\x7e]+$/, { message: 'a URL of the web' })
  readonly url!: string;

  @ApiPropertyOptional({
    example: `whsec_${'bG9kZW1hcms'.repeat(4)}`,
    description:
      'With what messages are signed: `whsec_` and 24 to 64 bytes in base64. Left out: one is made.',
  })
  @Optional()
  @IsString()
  @Matches(/^whsec_(?:[A-Za-z0-9+/]{4}){8,21}(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)?$/, {
    message: '`whsec_` and 24 to 64 bytes in base64',
  })
  readonly secret?: string;

  @ApiPropertyOptional({
    description: 'Also tell what happened after this change; left out: only what happens from now on.',
    minimum: 0,
    type: 'integer',
  })
  @Optional()
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly after?: number;
}

/** A webhook in the path. */
export class WebhookIdRequest {
  @IsUUID()
  readonly id!: string;
}

/** From where on everything is delivered again. */
export class ReplayRequest {
  @ApiPropertyOptional({ description: 'Changes after this one.', default: 0 })
  @Optional()
  @WholeNumber()
  readonly after: number = 0;
}
