import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';

export class AtomicQuery {
  @ApiPropertyOptional({ enum: ['true', 'false'], description: 'true: all or nothing, within one log.' })
  @IsOptional()
  @IsIn(['true', 'false'])
  readonly atomic?: 'true' | 'false';
}
