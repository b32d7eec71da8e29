import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateBy,
  ValidateNested,
} from 'class-validator';
import { isCalendarDate, isCountryCode } from '@lodemark/domain';

function CalendarDate(): PropertyDecorator {
  return ValidateBy({
    name: 'calendarDate',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && isCalendarDate(value),
      defaultMessage: () => 'a calendar date YYYY-MM-DD as in the contract, not an instant',
    },
  });
}

function Country(): PropertyDecorator {
  return ValidateBy({
    name: 'country',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && isCountryCode(value),
      defaultMessage: () => 'an ISO 3166-1 alpha-2 country code',
    },
  });
}

/** What the lot ends up in, when it is not itself what is delivered. */
export class EndItemRequest {
  @ApiProperty({ example: 'actuator motor' })
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  readonly name!: string;

  @ApiPropertyOptional({ example: 'motor' })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(100)
  readonly class?: string;

  @ApiPropertyOptional({ example: 'US' })
  @IsOptional()
  @Country()
  readonly manufacturedIn?: string;
}

/** The contract that the question is about. */
export class QuestionRequest {
  @ApiPropertyOptional({ example: '2027-02-15', description: 'Calendar date of delivery.' })
  @IsOptional()
  @CalendarDate()
  readonly deliveryDate?: string;

  @ApiPropertyOptional({ example: '2026-11-20', description: 'Calendar date of award.' })
  @IsOptional()
  @CalendarDate()
  readonly awardDate?: string;

  @ApiPropertyOptional({
    example: 'MAY 2024',
    description: 'Version of the clause as it stands in the contract.',
  })
  @IsOptional()
  @IsString()
  @Matches(/^[\x20-\x7e]{1,50}$/, { message: 'at most 50 printable ASCII characters' })
  readonly clauseVersion?: string;

  @ApiPropertyOptional({ enum: ['strict', 'literal'] })
  @IsOptional()
  @IsIn(['strict', 'literal'])
  readonly elementProfile?: 'strict' | 'literal';

  @ApiPropertyOptional({ type: () => EndItemRequest })
  @IsOptional()
  @ValidateNested()
  @Type(() => EndItemRequest)
  readonly endItem?: EndItemRequest;
}

/** A question about one lot. */
export class AskVerdictRequest {
  @ApiProperty({ example: 'euclid/A-2027-004' })
  @IsString()
  @Matches(/^[a-z0-9-]{1,63}\/[A-Za-z0-9._-]{1,64}$/, {
    message: 'a lot id is <facility>/<number>, such as euclid/A-2027-004',
  })
  readonly lot!: string;

  @ApiPropertyOptional({
    example: 'WC-3',
    description: 'Name of a published policy (its last version at the horizon), or the digest of a version.',
  })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(100)
  readonly policy?: string;

  @ApiPropertyOptional({ type: () => QuestionRequest })
  @IsOptional()
  @ValidateNested()
  @Type(() => QuestionRequest)
  readonly question?: QuestionRequest;

  @ApiPropertyOptional({
    description: 'Root log size to judge at; left out: the latest that can be.',
    minimum: 1,
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly horizon?: number;
}
