import { WholeNumber } from '@lodemark/platform';
import { ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { RecordedBy } from '../http/horizon.request.js';
import { QuestionRequest } from './ask-verdict.request.js';

/** A question in the query of a URL, where no end item can be described. */
export class CuresRequest extends OmitType(QuestionRequest, ['endItem'] as const) {
  @ApiPropertyOptional({
    example: 'WC-3',
    description: 'Name of a published policy (its last version at the horizon), or the digest of a version.',
  })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(100)
  readonly policy?: string;

  @ApiPropertyOptional({
    description: 'Root log size to judge at; left out: the latest that can be.',
    minimum: 1,
    type: 'integer',
  })
  @IsOptional()
  @WholeNumber({ min: 1 })
  readonly horizon?: number;

  @RecordedBy()
  readonly asOf?: string;
}

/** A page of the verdicts on a lot. */
export class VerdictPageRequest {
  @ApiPropertyOptional({ description: 'Verdicts after this place: `next` of the page before.', default: 0 })
  @IsOptional()
  @WholeNumber()
  readonly after: number = 0;

  @ApiPropertyOptional({ minimum: 1, maximum: 200, default: 50 })
  @IsOptional()
  @WholeNumber({ min: 1, max: 200 })
  readonly limit: number = 50;
}

const ID = { message: 'the SHA-256 of a verdict in lowercase hex' };

/** Two verdicts. */
export class DifferenceRequest {
  @Matches(/^[0-9a-f]{64}$/, ID)
  readonly a!: string;

  @Matches(/^[0-9a-f]{64}$/, ID)
  readonly b!: string;
}
