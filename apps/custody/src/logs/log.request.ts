import { WholeNumber } from '@lodemark/platform';
import { ApiPropertyOptional } from '@nestjs/swagger';
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
  @WholeNumber()
  readonly index!: number;

  @WholeNumber({ min: 1 })
  readonly size!: number;
}

export class ConsistencyQuery {
  @WholeNumber({ min: 1 })
  readonly from!: number;

  @WholeNumber({ min: 1 })
  readonly to!: number;
}
