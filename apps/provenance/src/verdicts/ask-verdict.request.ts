import { Nested, Optional } from '@lodemark/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsString, Matches, Max, MaxLength, Min, MinLength, ValidateBy } from 'class-validator';
import { RecordedBy } from '../http/horizon.request.js';
import { EXCEPTIONS, isCalendarDate, isCountryCode } from '@lodemark/domain';

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

function Words(maxLength: number): PropertyDecorator {
  return (target, property) => {
    IsString()(target, property);
    MinLength(1)(target, property);
    MaxLength(maxLength)(target, property);
    // A verdict is read by people, from its bytes.
    Matches(/^\P{Cc}*$/u, { message: 'no control characters' })(target, property);
  };
}

/** What the lot ends up in, when it is not itself what is delivered. */
export class EndItemRequest {
  @ApiProperty({ example: 'actuator motor' })
  @Words(200)
  readonly name!: string;

  @ApiPropertyOptional({ example: 'motor' })
  @Optional()
  @Words(100)
  readonly class?: string;

  @ApiPropertyOptional({ example: 'US' })
  @Optional()
  @Country()
  readonly manufacturedIn?: string;
}

/** The contract that the question is about. */
export class QuestionRequest {
  @ApiPropertyOptional({ example: '2027-02-15', description: 'Calendar date of delivery.' })
  @Optional()
  @CalendarDate()
  readonly deliveryDate?: string;

  @ApiPropertyOptional({ example: '2026-11-20', description: 'Calendar date of award.' })
  @Optional()
  @CalendarDate()
  readonly awardDate?: string;

  @ApiPropertyOptional({
    example: 'MAY 2024',
    description: 'Version of the clause as it stands in the contract.',
  })
  @Optional()
  @IsString()
  @Matches(/^[\x20-\x7e]{1,50}$/, { message: 'at most 50 printable ASCII characters' })
  readonly clauseVersion?: string;

  @ApiPropertyOptional({ enum: ['strict', 'literal'] })
  @Optional()
  @IsIn(['strict', 'literal'])
  readonly elementProfile?: 'strict' | 'literal';

  @ApiPropertyOptional({
    example: 'PO-2027-0042',
    description: 'Number of the contract; a claimed exception must be for this one.',
  })
  @Optional()
  @Words(100)
  readonly contract?: string;

  @ApiPropertyOptional({
    enum: EXCEPTIONS,
    description:
      'An exception to the clause that the asker relies on; documents in the ledger must prove it.',
  })
  @Optional()
  @IsIn(EXCEPTIONS)
  readonly exception?: (typeof EXCEPTIONS)[number];

  @ApiPropertyOptional({ type: () => EndItemRequest })
  @Optional()
  @Nested(() => EndItemRequest)
  readonly endItem?: EndItemRequest;
}

export const LOT = /^[a-z0-9-]{1,63}\/[A-Za-z0-9._-]{1,64}$/;
export const LOT_MESSAGE = { message: 'a lot id is <facility>/<number>, such as euclid/A-2027-004' };

/** Under what a lot is judged, for a verdict and for a certificate. */
export class JudgingRequest {
  @ApiPropertyOptional({
    example: 'WC-3',
    description: 'Name of a published policy (its last version at the horizon), or the digest of a version.',
  })
  @Optional()
  @IsString()
  @MinLength(1)
  @MaxLength(100)
  readonly policy?: string;

  @ApiPropertyOptional({ type: () => QuestionRequest })
  @Optional()
  @Nested(() => QuestionRequest)
  readonly question?: QuestionRequest;

  @ApiPropertyOptional({
    description: 'Root log size to judge at; left out: the latest that can be.',
    minimum: 1,
  })
  @Optional()
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly horizon?: number;

  @RecordedBy()
  readonly asOf?: string;
}

/** A question about one lot. */
export class AskVerdictRequest extends JudgingRequest {
  @ApiProperty({ example: 'euclid/A-2027-004' })
  @IsString()
  @Matches(LOT, LOT_MESSAGE)
  readonly lot!: string;
}
