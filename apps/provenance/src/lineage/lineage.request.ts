import { WholeNumber } from '@lodemark/platform';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { HorizonRequest } from '../http/horizon.request.js';

export class LineageRequest extends HorizonRequest {
  @ApiPropertyOptional({ enum: ['up', 'down'], default: 'up', description: 'Up: where it comes from.' })
  @IsOptional()
  @IsIn(['up', 'down'])
  readonly direction: 'up' | 'down' = 'up';

  @ApiPropertyOptional({ description: 'Steps to go.', minimum: 1, maximum: 200, default: 200 })
  @IsOptional()
  @WholeNumber({ min: 1, max: 200 })
  readonly depth: number = 200;
}
