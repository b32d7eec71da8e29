import { isInstant } from '@lodemark/domain';
import { WholeNumber } from '@lodemark/platform';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches, ValidateBy, type ValidationArguments } from 'class-validator';
import type { AskedHorizon } from '../horizon/asked-horizon.js';

/** An instant at which to answer, in the place of a horizon. */
export function RecordedBy(): PropertyDecorator {
  return (target, property) => {
    ApiPropertyOptional({
      description:
        'RFC 3339: answer at the last horizon whose root entry was recorded then or before. Not together with `horizon`.',
      example: '2026-12-31T23:59:59Z',
      format: 'date-time',
    })(target, property);
    ValidateBy({
      name: 'recordedBy',
      validator: {
        validate: (value: unknown, asked?: ValidationArguments) =>
          value === undefined ||
          (typeof value === 'string' && isInstant(value) && !hasHorizon(asked?.object)),
        defaultMessage: () => 'an instant in RFC 3339 with its offset, where no horizon is given',
      },
    })(target, property);
  };
}

function hasHorizon(asked: AskedHorizon | undefined): boolean {
  return asked?.horizon !== undefined;
}

/** Every read can be asked as of an evidence horizon, or of a recorded time. */
export class HorizonRequest implements AskedHorizon {
  @ApiPropertyOptional({
    description:
      'Root log size to answer at; left out: the latest published one whose covered entries are all here.',
    minimum: 1,
    type: 'integer',
  })
  @IsOptional()
  @WholeNumber({ min: 1 })
  readonly horizon?: number;

  @RecordedBy()
  readonly asOf?: string;
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
