import { WholeNumber } from '@lodemark/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';

export class LogEntriesQuery {
  @ApiPropertyOptional({ default: 0, description: 'First index.' })
  @IsOptional()
  @WholeNumber()
  readonly from: number = 0;

  @ApiPropertyOptional({ default: 100, minimum: 1, maximum: 1000 })
  @IsOptional()
  @WholeNumber({ min: 1, max: 1000 })
  readonly limit: number = 100;
}

export class InclusionQuery {
  @ApiProperty({ description: 'Of the entry.', example: 0 })
  @WholeNumber()
  readonly index!: number;

  @ApiProperty({ description: 'Of the tree that the entry is in.', example: 1 })
  @WholeNumber({ min: 1 })
  readonly size!: number;
}

export class ConsistencyQuery {
  @ApiProperty({ description: 'Size of the earlier tree.', example: 1 })
  @WholeNumber({ min: 1 })
  readonly from!: number;

  @ApiProperty({ description: 'Size of the later tree.', example: 1 })
  @WholeNumber({ min: 1 })
  readonly to!: number;
}
