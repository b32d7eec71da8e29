import { WholeNumber } from '@lodemark/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, Matches } from 'class-validator';

const FACILITY = /^[a-z0-9-]{1,63}$/;
const LOT = /^[a-z0-9-]{1,63}\/[A-Za-z0-9._-]{1,64}$/;

export class LotsQuery {
  @ApiProperty({ description: 'The facility whose lots are listed.', example: 'kokbulak' })
  @Matches(FACILITY, { message: 'a facility id is [a-z0-9-]{1,63}' })
  readonly facility!: string;

  @ApiPropertyOptional({ description: 'Lots after this one: `next` of the page before.' })
  @IsOptional()
  @Matches(LOT, { message: 'a lot id is <facility>/<number>' })
  readonly after?: string;

  @ApiPropertyOptional({ default: 100, minimum: 1, maximum: 500 })
  @IsOptional()
  @WholeNumber({ min: 1, max: 500 })
  readonly limit: number = 100;

  @ApiPropertyOptional({ enum: ['held', 'in-transit', 'released', 'unknown'] })
  @IsOptional()
  @IsIn(['held', 'in-transit', 'released', 'unknown'])
  readonly standing?: 'held' | 'in-transit' | 'released' | 'unknown';
}

export class LotQuery {
  @ApiPropertyOptional({
    description: 'The facility whose view is asked for; the one that created the lot when left out.',
    example: 'kokbulak',
  })
  @IsOptional()
  @Matches(FACILITY, { message: 'a facility id is [a-z0-9-]{1,63}' })
  readonly at?: string;

  @ApiPropertyOptional({ default: 0, description: 'Lot sequence number that the history begins with.' })
  @IsOptional()
  @WholeNumber()
  readonly from: number = 0;

  @ApiPropertyOptional({ default: 100, minimum: 1, maximum: 500, description: 'Entries of history.' })
  @IsOptional()
  @WholeNumber({ min: 1, max: 500 })
  readonly limit: number = 100;
}
