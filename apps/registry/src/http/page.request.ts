import { WholeNumber } from '@lodemark/platform';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';

/** A page of a list that is in the order of ids. */
export class PageRequest {
  @ApiPropertyOptional({ description: 'Ids after this one: `next` of the page before.', example: 'kokbulak' })
  @IsOptional()
  @Matches(/^[a-z0-9-]{1,63}$/, { message: 'an id is [a-z0-9-]{1,63}' })
  readonly after?: string;

  @ApiPropertyOptional({ minimum: 1, maximum: 500, default: 100 })
  @IsOptional()
  @WholeNumber({ min: 1, max: 500 })
  readonly limit: number = 100;
}

/** A page of a list that is in log order. */
export class LogOrderPageRequest {
  @ApiPropertyOptional({
    description: 'Root log indexes after this one: `next` of the page before.',
    default: 0,
  })
  @IsOptional()
  @WholeNumber()
  readonly after: number = 0;

  @ApiPropertyOptional({ minimum: 1, maximum: 500, default: 100 })
  @IsOptional()
  @WholeNumber({ min: 1, max: 500 })
  readonly limit: number = 100;
}
