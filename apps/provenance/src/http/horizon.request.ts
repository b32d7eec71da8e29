import { WholeNumber } from '@lodemark/platform';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';

/** Every read can be asked as of an evidence horizon. */
export class HorizonRequest {
  @ApiPropertyOptional({
    description:
      'Root log size to answer at; left out: the latest published one whose covered entries are all here.',
    minimum: 1,
    type: 'integer',
  })
  @IsOptional()
  @WholeNumber({ min: 1 })
  readonly horizon?: number;
}

/** A lot in the path. */
export class LotRequest {
  @Matches(/^[a-z0-9-]{1,63}$/, { message: 'a facility id is [a-z0-9-]{1,63}' })
  readonly facility!: string;

  @Matches(/^[A-Za-z0-9._-]{1,64}$/, { message: 'a lot number is [A-Za-z0-9._-]{1,64}' })
  readonly number!: string;
}

/** A facility or organization in the path. */
export class IdRequest {
  @Matches(/^[a-z0-9-]{1,63}$/, { message: 'an id is [a-z0-9-]{1,63}' })
  readonly id!: string;
}
