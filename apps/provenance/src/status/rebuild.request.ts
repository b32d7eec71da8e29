import { Optional } from '@lodemark/platform';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsUUID } from 'class-validator';

export class RebuildRequest {
  @ApiPropertyOptional({
    enum: ['kept', 'logs'],
    default: 'logs',
    description: 'From the logs where they are written, or from the entries kept here.',
  })
  @Optional()
  @IsIn(['kept', 'logs'])
  readonly source: 'kept' | 'logs' = 'logs';
}

/** A rebuild in the path. */
export class RebuildIdRequest {
  @IsUUID()
  readonly id!: string;
}
