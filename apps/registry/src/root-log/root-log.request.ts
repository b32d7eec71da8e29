import { WholeNumber } from '@lodemark/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';

export class EntriesRequest {
  @ApiPropertyOptional({ description: 'Index of the first entry.', minimum: 0, default: 0 })
  @IsOptional()
  @WholeNumber()
  readonly from: number = 0;

  @ApiPropertyOptional({
    description: 'An answer holds about 4 MiB at most.',
    minimum: 1,
    maximum: 1000,
    default: 100,
  })
  @IsOptional()
  @WholeNumber({ min: 1, max: 1000 })
  readonly limit: number = 100;
}

export class InclusionProofRequest {
  @ApiProperty({ minimum: 0, example: 0 })
  @WholeNumber()
  readonly index!: number;

  @ApiPropertyOptional({ description: 'Of the tree; the published checkpoint’s when left out.', minimum: 1 })
  @IsOptional()
  @WholeNumber({ min: 1 })
  readonly size?: number;
}

export class ConsistencyProofRequest {
  @ApiProperty({ minimum: 0, example: 1 })
  @WholeNumber()
  readonly from!: number;

  @ApiPropertyOptional({ description: 'The published checkpoint’s size when left out.', minimum: 0 })
  @IsOptional()
  @WholeNumber()
  readonly to?: number;
}

export class HorizonRequest {
  @ApiProperty({ description: 'An entry of a facility log: `<facility>/<index>`.', example: 'kokbulak/0' })
  @Matches(/^[a-z0-9-]{1,63}\/(0|[1-9][0-9]{0,14})$/, {
    message: 'an entry is <facility>/<index>, such as kokbulak/17',
  })
  readonly covers!: string;
}
